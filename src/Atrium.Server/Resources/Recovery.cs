using Atrium.Server.Hosting;

namespace Atrium.Server.Resources;

/// <summary>A PUT that takes a soft-deleted resource back (accounts: <c>restore</c>; vaults: <c>createMode</c> recover).</summary>
internal static class Recovery
{
    /// <summary>The resource comes back as it was: what the request leaves out is kept. Does nothing for other writes.</summary>
    /// <exception cref="ApiException">409: it went together with another resource, and comes back with that one.</exception>
    public static void KeepRest(ResourceEdit edit)
    {
        if (edit.Before is not { Stored.PurgeAt: not null } deleted)
        {
            return;
        }

        if ((string?)deleted.Internal[Resource.DeletedWithName] is { } cause)
        {
            throw ApiException.Conflict("DeletedWithAnotherResource", $"'{edit.Id}' was deleted together with '{cause}' and comes back when that is recovered.");
        }

        foreach (var (name, value) in deleted.Body.Where(p => !edit.After.ContainsKey(p.Key)))
        {
            edit.After[name] = value?.DeepClone();
        }

        foreach (var (name, value) in deleted.Properties.Where(p => !edit.Properties.ContainsKey(p.Key)))
        {
            edit.Properties[name] = value?.DeepClone();
        }
    }
}
