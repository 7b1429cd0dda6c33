using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Portal;

/// <summary>How the caller wants the portal to be, in all hubs and projects.</summary>
internal static class UserSettings
{
    private static readonly OwnDocument Document = new("userSettings", Shape.Object(
        new Property("properties", Shape.Object(
            new Property("language", Shape.Text(8)),
            new Property("theme", Shape.OneOf("system", "light", "dark")),
            new Property("notifications", Shape.Object(
                new Property("started", Shape.Flag()),
                new Property("succeeded", Shape.Flag()),
                new Property("failed", Shape.Flag()))),
            new Property("greeted", Shape.Flag()))).Required()))
    {
        Known = ["language", "theme", "notifications", "greeted"],
    };

    public static void MapUserSettings(this IEndpointRouteBuilder routes) => Document.Map(routes);
}
