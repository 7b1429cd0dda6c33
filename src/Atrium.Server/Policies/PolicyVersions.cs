using System.Collections.Immutable;

namespace Atrium.Server.Policies;

/// <summary>Published api-versions.</summary>
internal static class PolicyVersions
{
    public static readonly ImmutableArray<string> Definitions =
    [
        "2015-10-01-preview", "2016-04-01", "2016-12-01", "2017-06-01-preview", "2018-03-01", "2018-05-01", "2019-01-01", "2019-06-01", "2019-09-01", "2020-03-01", "2020-08-01",
        "2020-09-01", "2021-06-01", "2022-06-01", "2023-04-01", "2024-04-01", "2024-05-01", "2025-01-01", "2025-03-01",
    ];

    public static readonly ImmutableArray<string> Insights = ["2018-04-04", "2018-07-01-preview", "2019-10-01", "2024-10-01"];
}
