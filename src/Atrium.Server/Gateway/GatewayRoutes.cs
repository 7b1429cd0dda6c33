using System.Text.RegularExpressions;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway;

/// <summary>What the routes of the data plane are made of: each leads a call through the pipeline.</summary>
internal static partial class GatewayRoutes
{
    /// <summary>Of a caller's own name of a call, which he gets back.</summary>
    private const int LongestId = 128;

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

    /// <summary>Gives every answer of an Azure AI service, refusals too, the ids that its clients look for.</summary>
    public static void Identify(HttpContext context)
    {
        var (asked, told) = (context.Request.Headers, context.Response.Headers);
        told["apim-request-id"] = CorrelationId.Of(context);
        foreach (var name in (string[])["x-ms-client-request-id", "X-ClientTraceId"])
        {
            if (asked[name].ToString() is { Length: > 0 and <= LongestId } id && id.All(c => char.IsAscii(c) && !char.IsControl(c)))
            {
                told[name] = id;
            }
        }
    }

    /// <summary>Refuses a call that names no api-version.</summary>
    public static void DemandApiVersion(HttpContext context)
    {
        if (string.IsNullOrEmpty(context.Request.Query["api-version"]))
        {
            throw ApiException.BadRequest("MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required, such as 2024-10-21.", "api-version");
        }
    }

    /// <summary>Refuses a call whose api-version is missing, or is no date as the published ones are.</summary>
    public static void DemandDatedVersion(HttpContext context)
    {
        DemandApiVersion(context);
        if (!Dated().IsMatch(context.Request.Query["api-version"].ToString()))
        {
            throw ApiException.BadRequest("UnsupportedApiVersion", $"The api-version '{context.Request.Query["api-version"]}' is not supported. It must be a date as it was published, such as 2023-04-01 or 2025-11-15-preview.", "api-version");
        }
    }

    /// <summary>Refuses the methods that a route does not have.</summary>
    public static RequestDelegate WrongMethod(string allowed) => context => throw ApiException.MethodNotAllowed(context.Request.Method, allowed);

    /// <summary>Refuses what is published and not built.</summary>
    public static Task NotBuilt(HttpContext context) => throw ApiException.NotBuilt($"'{context.Request.Path}'");

    private static GatewayPipeline Pipeline(HttpContext context) => context.RequestServices.GetRequiredService<GatewayPipeline>();

    [GeneratedRegex(@"^20[12]\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:-(?:private)?preview)?$", RegexOptions.IgnoreCase)]
    private static partial Regex Dated();
}
