using System.Text.RegularExpressions;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;

namespace Atrium.Server.Storage;

/// <summary>The names of storage accounts: one account a name over the whole installation, for its addresses are made of it.</summary>
internal static partial class StorageNames
{
    public const string RuleInWords = "3 to 24 lower-case letters or digits";
    private static readonly HeldNames Held = new("atrium.internal/storagenames");

    public static Regex Rule => Names();

    /// <summary>Gives a new account its name.</summary>
    /// <exception cref="ApiException">Another account has it.</exception>
    public static async ValueTask HoldAsync(ResourceEdit edit, CancellationToken cancellationToken)
    {
        if (!await Held.IsFreeAsync(edit.Id.Name, edit.Id, edit.Reader.Store, cancellationToken))
        {
            throw ApiException.Conflict("StorageAccountAlreadyTaken", $"The storage account named {edit.Id.Name} is already taken.");
        }

        edit.AlsoWrite.Add(Held.Hold(edit.Id.Name, edit.Id));
    }

    public static ResourceWrite Release(ResourceId account) => Held.Release(account.Name);

    [GeneratedRegex("^[a-zA-Z0-9]{3,24}$")]
    private static partial Regex Names();
}
