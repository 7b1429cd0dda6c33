using Atrium.Server.Hosting;

namespace Atrium.Server.Registry.Images;

/// <summary>What may not be written or deleted since somebody locked it. Pure.</summary>
internal static class ImageLocks
{
    public static void DemandWritable(ChangeableAttributes? attributes, string what)
    {
        if (attributes is { WriteEnabled: false })
        {
            throw ApiException.MethodNotAllowed("PUT", $"GET, HEAD: '{what}' is locked (writeEnabled is false)");
        }
    }

    public static void DemandDeletable(ChangeableAttributes attributes, string what)
    {
        if (!attributes.DeleteEnabled)
        {
            throw ApiException.MethodNotAllowed("DELETE", $"GET, HEAD: '{what}' is locked (deleteEnabled is false)");
        }
    }
}
