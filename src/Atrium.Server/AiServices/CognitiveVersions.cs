using System.Collections.Immutable;

namespace Atrium.Server.AiServices;

/// <summary>Published api-versions of Microsoft.CognitiveServices.</summary>
internal static class CognitiveVersions
{
    public static readonly ImmutableArray<string> All =
    [
        "2016-02-01-preview", "2017-04-18", "2021-04-30", "2021-10-01", "2022-03-01", "2022-10-01", "2022-12-01", "2023-05-01", "2023-06-01-preview",
        "2023-10-01-preview", "2024-04-01-preview", "2024-06-01-preview", "2024-10-01", "2025-04-01-preview", "2025-06-01", "2025-07-01-preview",
        "2025-09-01", "2025-10-01-preview", "2025-12-01", "2026-01-15-preview", "2026-03-01", "2026-05-01",
    ];
}
