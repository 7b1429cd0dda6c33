using Atrium.Contracts;
using Atrium.Persistence;

namespace Atrium.Server.Vault;

/// <summary>What was done with a secret or a key, for the activity log: by the right it took. Pure.</summary>
internal static class VaultActivity
{
    public static ActivityRow Row(DateTimeOffset now, VaultRight right, ResourceId item, string caller, string correlationId) => new()
    {
        Time = now,
        Operation = right.DataAction,
        ResourceId = item.Text,
        Caller = caller,
        CorrelationId = correlationId,
        Status = "Succeeded",
        HttpStatus = StatusCodes.Status200OK,
    };
}
