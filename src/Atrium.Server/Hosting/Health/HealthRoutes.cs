using Microsoft.AspNetCore.Http.HttpResults;

namespace Atrium.Server.Hosting.Health;

/// <summary>For load balancers and people: alive, ready, and what this is. Without secrets, for anybody.</summary>
internal static class HealthRoutes
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", () => TypedResults.Ok(new HealthAnswer("live", [])));
        routes.MapGet("/readyz", Ready);
        routes.MapGet("/", About);
    }

    public static string Version => typeof(HealthRoutes).Assembly.GetName().Version!.ToString(3);

    /// <summary>A browser is led to the portal; a program is told what this is.</summary>
    private static Results<Ok<HubAnswer>, RedirectHttpResult> About(HttpRequest request) =>
        request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
            ? TypedResults.Redirect("/portal")
            : TypedResults.Ok(new HubAnswer("Atrium", Version, "A self-hosted AI hub. It speaks Azure's and OpenAI's protocols."));

    private static Results<Ok<HealthAnswer>, JsonHttpResult<HealthAnswer>> Ready(IEnumerable<IReadiness> steps)
    {
        string[] waiting = [.. steps.Select(s => s.Waiting).OfType<string>()];
        return waiting.Length == 0
            ? TypedResults.Ok(new HealthAnswer("ready", []))
            : TypedResults.Json(new HealthAnswer("starting", waiting), statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    /// <param name="Status">live, ready or starting.</param>
    /// <param name="WaitingFor">What is not done yet.</param>
    internal sealed record HealthAnswer(string Status, IReadOnlyList<string> WaitingFor);

    internal sealed record HubAnswer(string Name, string Version, string Description);
}
