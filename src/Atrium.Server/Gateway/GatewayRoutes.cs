using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway;

/// <summary>What the routes of the data plane are made of: each leads a call through the pipeline.</summary>
internal static class GatewayRoutes
{
    /// <summary>A call whose body is JSON and that the pipeline itself answers.</summary>
    public static RequestDelegate Run(GatewayOperation operation) =>
        context => Pipeline(context).RunAsync(context, operation, context.RequestAborted);

    /// <summary>A call that a service reads and answers.</summary>
    public static RequestDelegate Run<T>(GatewayOperation operation, Func<T, Func<GatewayCall, CancellationToken, Task>> method)
        where T : class =>
        Run(operation, services => services.GetRequiredService<T>(), method);

    /// <summary>A call that one of several services of a type reads and answers.</summary>
    public static RequestDelegate Run<T>(GatewayOperation operation, Func<IServiceProvider, T> find, Func<T, Func<GatewayCall, CancellationToken, Task>> method) =>
        context => Pipeline(context).RunAsync(context, operation, method(find(context.RequestServices)), context.RequestAborted);

    /// <summary>Has every call of these routes judged before it is led on. An endpoint filter would do the same, and cost the compilation of each route at the first call.</summary>
    /// <param name="routes">Them.</param>
    /// <param name="demand">Throws where the call lacks something.</param>
    public static T Demanding<T>(this T routes, Action<HttpContext> demand)
        where T : IEndpointConventionBuilder
    {
        routes.Add(endpoint =>
        {
            var lead = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = context =>
            {
                demand(context);
                return lead(context);
            };
        });
        return routes;
    }

    /// <summary>Refuses a call that names no api-version.</summary>
    public static void DemandApiVersion(HttpContext context)
    {
        if (string.IsNullOrEmpty(context.Request.Query["api-version"]))
        {
            throw ApiException.BadRequest("MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required, such as 2024-10-21.", "api-version");
        }
    }

    /// <summary>Refuses the methods that a route does not have.</summary>
    public static RequestDelegate WrongMethod(string allowed) => context => throw ApiException.MethodNotAllowed(context.Request.Method, allowed);

    /// <summary>Refuses what is published and not built.</summary>
    public static Task NotBuilt(HttpContext context) => throw ApiException.NotBuilt($"'{context.Request.Path}'");

    private static GatewayPipeline Pipeline(HttpContext context) => context.RequestServices.GetRequiredService<GatewayPipeline>();
}
