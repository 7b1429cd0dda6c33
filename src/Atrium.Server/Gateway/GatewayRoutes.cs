using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway;

/// <summary>What the routes of the data plane are made of: each leads a call through the pipeline.</summary>
internal static class GatewayRoutes
{
    /// <summary>A call whose body is JSON and that the pipeline itself answers.</summary>
    public static Delegate Run(GatewayOperation operation) =>
        (HttpContext context, GatewayPipeline pipeline, CancellationToken cancellationToken) => pipeline.RunAsync(context, operation, cancellationToken);

    /// <summary>A call that a service reads and answers.</summary>
    public static Delegate Run<T>(GatewayOperation operation, Func<T, Func<GatewayCall, CancellationToken, Task>> method)
        where T : class =>
        (HttpContext context, GatewayPipeline pipeline, T calls, CancellationToken cancellationToken) => pipeline.RunAsync(context, operation, method(calls), cancellationToken);

    /// <summary>Refuses a call that names no api-version.</summary>
    public static ValueTask<object?> DemandApiVersion(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        string.IsNullOrEmpty(context.HttpContext.Request.Query["api-version"])
            ? throw ApiException.BadRequest("MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required, such as 2024-10-21.", "api-version")
            : next(context);

    /// <summary>Refuses the methods that a route does not have.</summary>
    public static Delegate WrongMethod(string allowed) => (HttpContext context) => Task.FromException(ApiException.MethodNotAllowed(context.Request.Method, allowed));

    /// <summary>Refuses what is published and not built.</summary>
    public static Task NotBuilt(HttpContext context) => throw ApiException.NotBuilt($"'{context.Request.Path}'");
}
