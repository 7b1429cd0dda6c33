namespace Atrium.Server.Resources;

/// <summary>Names that begin with the GUID of the workspace whose the named thing is: <c>{GUID}-rest</c>. Containers, shares and secrets are called so. Pure.</summary>
internal static class OwnedName
{
    private const int GuidLength = 36;

    /// <summary>The GUID in front; null where the name begins with none.</summary>
    public static Guid? OwnerOf(string name) =>
        name.Length > GuidLength && name[GuidLength] == '-' && Guid.TryParseExact(name.AsSpan(0, GuidLength), "D", out var id) ? id : null;
}
