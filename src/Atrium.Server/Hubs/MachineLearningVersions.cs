using System.Collections.Immutable;

namespace Atrium.Server.Hubs;

/// <summary>Published api-versions of Microsoft.MachineLearningServices; the same for all its types, so that a client speaks one version everywhere.</summary>
internal static class MachineLearningVersions
{
    public static readonly ImmutableArray<string> All =
    [
        "2018-03-01-preview", "2018-11-19", "2019-05-01", "2019-06-01", "2019-11-01",
        "2020-01-01", "2020-02-18-preview", "2020-03-01", "2020-04-01", "2020-04-01-preview", "2020-05-01-preview", "2020-05-15-preview",
        "2020-06-01", "2020-08-01", "2020-09-01-preview",
        "2021-01-01", "2021-03-01-preview", "2021-04-01", "2021-07-01",
        "2022-01-01-preview", "2022-02-01-preview", "2022-05-01", "2022-06-01-preview", "2022-10-01", "2022-10-01-preview", "2022-12-01-preview",
        "2023-02-01-preview", "2023-04-01", "2023-04-01-preview", "2023-06-01-preview", "2023-08-01-preview", "2023-10-01",
        "2024-01-01-preview", "2024-04-01", "2024-04-01-preview", "2024-07-01-preview", "2024-10-01", "2024-10-01-preview",
        "2025-01-01-preview", "2025-04-01", "2025-04-01-preview", "2025-06-01", "2025-07-01-preview", "2025-09-01", "2025-10-01-preview", "2025-12-01",
        "2026-01-15-preview", "2026-03-01", "2026-03-15-preview", "2026-05-01",
    ];
}
