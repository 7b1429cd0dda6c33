using Atrium.Server.Resources;
using Atrium.Server.Storage.Sas;

namespace Atrium.Server.Storage.Auth;

/// <summary>Who calls a storage account.</summary>
internal abstract record StorageCaller
{
    /// <summary>For the row of usage.</summary>
    public abstract string Name { get; }

    /// <summary>Whoever has one of the account's keys may do everything.</summary>
    internal sealed record Key(string Which) : StorageCaller
    {
        public override string Name => Which;
    }

    /// <summary>An identity, by its token: what its roles say.</summary>
    internal sealed record Principal(Caller Caller) : StorageCaller
    {
        public override string Name => Caller.ObjectId;
    }

    /// <summary>A shared access signature: what its letters say, for what it was made, and no more than its signer may.</summary>
    /// <param name="Token">As it came.</param>
    /// <param name="Letters">What it allows.</param>
    /// <param name="Signer">The identity that made it; null where an account's key did.</param>
    internal sealed record Sas(SasToken Token, string Letters, Caller? Signer) : StorageCaller
    {
        public override string Name => Signer is null ? "sas" : $"sas:{Signer.ObjectId}";
    }
}
