using Atrium.Portal.Api;

namespace Atrium.Portal.Manage;

/// <summary>What people ask about roles: may he use the models, see the keys, give roles? Pure.</summary>
/// <param name="Key">Its text is <c>can.{Key}</c>.</param>
/// <param name="Holds">Whether rights allow it.</param>
public sealed record Capability(string Key, Func<Rights, bool> Holds)
{
    /// <summary>In the order of the columns.</summary>
    public static IReadOnlyList<Capability> All { get; } =
    [
        new("read", rights => rights.Can(Actions.ReadWorkspace)),
        new("use", rights => rights.CanData(Actions.Chat)),
        new("keys", rights => rights.Can(Actions.ListKeys) || rights.Can(Actions.ListProjectKeys)),
        new("deploy", rights => rights.Can(Actions.WriteDeployment) || rights.Can(Actions.WriteProjectDeployment)),
        new("connect", rights => rights.Can(Actions.WriteConnection)),
        new("secrets", rights => rights.Can(Actions.ShowConnection)),
        new("projects", rights => rights.Can(Actions.JoinHub) && rights.Can(Actions.WriteWorkspace)),
        new("manage", rights => rights.Can(Actions.WriteWorkspace)),
        new("grant", rights => rights.Can(Actions.WriteRole)),
    ];
}
