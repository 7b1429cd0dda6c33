using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Hosting;
using Atrium.Server.Resources.Networks;
using Atrium.Server.Storage.Projects;

namespace Atrium.Server.Gateway.Jobs;

/// <summary>The container that a caller names for the results of a job: <c>properties.destinationContainerUrl</c>.</summary>
internal static class DestinationUrl
{
    private const string Name = "destinationContainerUrl";

    /// <summary>Null where none is named, or a wrong one, which is among the problems then.</summary>
    /// <param name="source">The order's properties.</param>
    /// <param name="properties">What callers see of them. The signature is a secret: who may read a job is not thereby one who may write there.</param>
    /// <param name="problems">What is wrong.</param>
    public static Uri? Read(JsonElement source, JsonObject properties, List<Problem> problems)
    {
        if (source.Text(Name, problems) is not { } text)
        {
            return null;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0 || url.AbsolutePath.Trim('/').Length == 0)
        {
            problems.Add(new($"properties.{Name}", $"'{Name}' must be the http or https URL of a container, with a shared access signature that lets blobs be written there."));
            return null;
        }

        properties[Name] = MaskedQuery.Signature(url.AbsoluteUri);
        return url;
    }

    /// <summary>The container, where its results may go there as far as can be known before the work.</summary>
    /// <param name="containers">That take results.</param>
    /// <param name="call">Who asks.</param>
    /// <param name="url">Of the container.</param>
    /// <param name="path">Of one result, as it will be.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ApiException">400: they may not.</exception>
    public static async ValueTask<ResultTarget> DemandAsync(this IResultContainers containers, GatewayCall call, Uri url, string path, CancellationToken cancellationToken)
    {
        var owner = call.Owner;
        var target = new ResultTarget(url, owner.Id.Text, owner.IsProject ? owner.Id.Key : owner.Hub, call.Http.Request.Host.Value);
        try
        {
            await containers.DemandAsync(target, path, CallOrigin.Of(call.Http), cancellationToken);
            return target;
        }
        catch (ResultRefusedException refused)
        {
            throw ApiException.Invalid($"properties.{Name}", refused.Message);
        }
    }
}
