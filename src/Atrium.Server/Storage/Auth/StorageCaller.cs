using Atrium.Server.Resources;

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
}
