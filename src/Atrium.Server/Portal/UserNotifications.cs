using System.Text.Json.Nodes;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Portal;

/// <summary>What the caller has begun in the portal and how it ended, so that it outlives window, session and restart.</summary>
internal static class UserNotifications
{
    /// <summary>The most that are kept.</summary>
    private const int Most = 50;

    private static readonly OwnDocument Document = new("notifications", Shape.Object(
        new Property("properties", Shape.Object(
            new Property("items", Shape.List(
                Shape.Object(
                    new Property("id", Shape.Text(64, min: 1)).Required(),
                    new Property("title", Shape.Text(512, min: 1)).Required(),
                    new Property("link", Shape.Text(2048)),
                    new Property("statusPath", Shape.Text(2048)),
                    new Property("status", Shape.OneOf("InProgress", "Succeeded", "Failed", "Canceled")).Required(),
                    new Property("error", Shape.Text(4096)),
                    new Property("started", Shape.Time()).Required(),
                    new Property("seen", Shape.Flag())),
                Most)).Required())).Required()))
    {
        Empty = new() { ["items"] = new JsonArray() },
    };

    public static void MapUserNotifications(this IEndpointRouteBuilder routes) => Document.Map(routes);
}
