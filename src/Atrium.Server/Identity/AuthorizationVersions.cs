using System.Collections.Immutable;

namespace Atrium.Server.Identity;

/// <summary>Published api-versions of Microsoft.Authorization, and the one of Atrium's own directory.</summary>
internal static class AuthorizationVersions
{
    public static readonly ImmutableArray<string> RoleAssignments =
    [
        "2015-07-01", "2018-01-01-preview", "2018-09-01-preview", "2020-03-01-preview", "2020-04-01-preview", "2020-08-01-preview", "2020-10-01-preview", "2021-04-01-preview", "2022-04-01",
    ];

    public static readonly ImmutableArray<string> RoleDefinitions = ["2015-07-01", "2018-01-01-preview", "2022-04-01", "2022-05-01-preview"];

    public static readonly ImmutableArray<string> DenyAssignments = ["2018-07-01-preview", "2022-04-01"];

    public static readonly ImmutableArray<string> Permissions = ["2015-07-01", "2018-01-01-preview", "2022-04-01"];

    public static readonly ImmutableArray<string> Locks = ["2015-01-01", "2016-09-01", "2017-04-01", "2020-05-01"];

    public static readonly ImmutableArray<string> Directory = ["2026-11-01"];
}
