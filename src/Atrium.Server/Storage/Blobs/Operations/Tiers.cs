namespace Atrium.Server.Storage.Blobs.Operations;

/// <summary>Access tiers. They are kept and shown; all of them are read at once, Archive too, for there is one kind of disk.</summary>
internal static class Tiers
{
    private const string Header = "x-ms-access-tier";
    private static readonly string[] Known = ["Hot", "Cool", "Cold", "Archive"];

    /// <summary>The tier of a request; null for none.</summary>
    public static string? Read(BlobCall call) => call.Header(Header) is not { } text ? null
        : Known.FirstOrDefault(tier => tier.Equals(text, StringComparison.OrdinalIgnoreCase)) ?? throw BlobCall.BadHeader(Header, $"one of {string.Join(", ", Known)}.");
}
