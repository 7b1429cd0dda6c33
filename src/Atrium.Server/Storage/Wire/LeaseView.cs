using System.Xml;
using Atrium.Storage.Blobs;

namespace Atrium.Server.Storage.Wire;

/// <summary>How a lease is shown: status, state, and for how long.</summary>
internal sealed record LeaseView(string Status, string State, string? Duration)
{
    public static LeaseView Of(Lease? lease, DateTimeOffset now)
    {
        var state = LeaseRules.StateOf(lease, now);
        return new(
            state is LeaseState.Leased or LeaseState.Breaking ? "locked" : "unlocked",
            state.ToString().ToLowerInvariant(),
            state is LeaseState.Leased ? lease!.Seconds < 0 ? "infinite" : "fixed" : null);
    }

    public void Write(XmlWriter xml)
    {
        xml.WriteElementString("LeaseStatus", Status);
        xml.WriteElementString("LeaseState", State);
        xml.Element("LeaseDuration", Duration);
    }

    public void Write(StorageCall call)
    {
        call.Set("x-ms-lease-status", Status);
        call.Set("x-ms-lease-state", State);
        call.Set("x-ms-lease-duration", Duration);
    }
}
