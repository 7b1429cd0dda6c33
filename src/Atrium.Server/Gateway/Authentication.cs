using System.Security.Cryptography;
using System.Text;
using Atrium.Server.AiServices;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Hosting;
using Atrium.Server.Identity.Tokens;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Networks;

namespace Atrium.Server.Gateway;

/// <summary>Finds out whose call it is: by key, which names its account or project, or by token, which needs the data action there.</summary>
internal sealed class Authentication(GatewayState state, IAccessControl access, INetworkGate gate)
{
    private const int LongestKey = 512;
    private const int ShownHash = 8;
    private const string Bearer = "Bearer ";

    /// <summary>The published words for a key that is not right; clients and people search for them.</summary>
    private const string WrongKey =
        "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.";

    /// <exception cref="ApiException">401, 403, or 404 for an address that the credentials do not reach.</exception>
    public async ValueTask ProveAsync(GatewayCall call, string dataAction, CancellationToken cancellationToken)
    {
        call.Model = await state.ReadAsync(cancellationToken);
        var values = call.Http.Request.RouteValues;
        var (account, project) = (values["account"] as string, values["project"] as string);
        if (KeyOf(call.Http.Request) is { } key)
        {
            ProveKey(call, key, account, project);
        }
        else if (BearerToken.CallerOf(call.Http, TokenResource.CognitiveServices, TokenResource.MachineLearning) is { } caller)
        {
            await ProveTokenAsync(call, caller, dataAction, account, project, cancellationToken);
        }
        else
        {
            throw ApiException.Unauthenticated("401", WrongKey);
        }

        await DemandOpenAsync(call, cancellationToken);
    }

    /// <summary>Whether a call brings a key or token, right or wrong.</summary>
    public static bool HasCredentials(HttpContext context) => KeyOf(context.Request) is not null || context.Request.Headers.Authorization.Count > 0;

    private static void ProveKey(GatewayCall call, string key, string? account, string? project)
    {
        var hash = key.Length <= LongestKey ? ApiKeys.Hash(key) : "";
        if (call.Model.FindKey(hash) is not { } match || !IsSame(hash, match) || !TakesKeys(call.Model, match.Owner))
        {
            throw ApiException.Unauthenticated("401", WrongKey);
        }

        // A key is good for its own account or project; at another address it is as wrong as any.
        var reached = match.Owner.IsProject
            ? (project is null || project.Equals(match.Owner.Address, StringComparison.OrdinalIgnoreCase))
                && (account is null || account.Equals(call.Model.AccountOf(match.Owner)?.Address, StringComparison.OrdinalIgnoreCase))
            : project is null && (account is null || account.Equals(match.Owner.Address, StringComparison.OrdinalIgnoreCase));
        if (!reached)
        {
            throw ApiException.Unauthenticated("401", WrongKey);
        }

        call.Owner = match.Owner;
        call.CallerName = $"{match.Slot}:{hash[..ShownHash]}";
    }

    /// <summary>With a token the address must say which account or project; without one there must be just one account that the caller may use.</summary>
    private async ValueTask ProveTokenAsync(
        GatewayCall call, Caller caller, string dataAction, string? account, string? project, CancellationToken cancellationToken)
    {
        IEnumerable<KeyOwner> candidates = project is not null ? call.Model.FindProjects(project)
            : account is not null ? new[] { call.Model.FindAccount(account) }.OfType<KeyOwner>()
            : call.Model.Accounts;
        var allowed = new List<KeyOwner>();
        foreach (var candidate in candidates)
        {
            if (await access.IsDataAllowedAsync(caller, dataAction, candidate.Id, cancellationToken))
            {
                allowed.Add(candidate);
            }
        }

        call.CallerName = caller.ObjectId;
        call.Owner = allowed switch
        {
            [var only] => only,
            [] => throw ApiException.Forbidden("PermissionDenied", $"The principal '{caller.ObjectId}' lacks the data action '{dataAction}' to perform this operation here."),
            _ => throw ApiException.BadRequest("AccountNotNamed", "Several accounts could answer. Name one in the address: /ai/{account}/... or /api/projects/{project}/..."),
        };
    }

    /// <summary>After the proof, so that nobody else learns what is closed. The published words.</summary>
    private async ValueTask DemandOpenAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        switch (await gate.AskAsync(CallOrigin.Of(call.Http), call.Owner.Id, cancellationToken))
        {
            case GateAnswer.PublicAccessDisabled:
                throw ApiException.Forbidden("403", "Public access is disabled. Please configure private endpoint.");
            case GateAnswer.AddressNotAllowed:
                throw ApiException.Forbidden("AccessDenied", "Access denied due to Virtual Network/Firewall rules.");
        }
    }

    /// <summary>An account without keys is one for its hub's projects too: theirs would reach the same models.</summary>
    private static bool TakesKeys(GatewayModel model, KeyOwner owner) => owner.TakesKeys && (!owner.IsProject || model.AccountOf(owner)?.TakesKeys != false);

    private static string? KeyOf(HttpRequest request)
    {
        foreach (var name in (ReadOnlySpan<string>)["api-key", "Ocp-Apim-Subscription-Key"])
        {
            if (request.Headers.TryGetValue(name, out var values) && values is [{ Length: > 0 } value])
            {
                return value;
            }
        }

        // A bearer value that is no JSON web token is a key, as the OpenAI clients send it.
        return request.Headers.Authorization is [{ } header] && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            && request.HttpContext.Features.Get<BearerToken>() is null
            ? header[Bearer.Length..].Trim()
            : null;
    }

    /// <summary>The look-up compared hashes already; this comparison takes the same time whatever differs.</summary>
    private static bool IsSame(string hash, KeyMatch match) => CryptographicOperations.FixedTimeEquals(
        Encoding.ASCII.GetBytes(hash), Encoding.ASCII.GetBytes(match.Owner.KeyHashes[Array.IndexOf(ApiKeys.Names, match.Slot)]));
}
