using Atrium.Server.Egress;
using Atrium.Server.Hosting;
using Atrium.Server.Identity.Principals;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Atrium.Server.Identity.Tokens;

/// <summary>Proves tokens of the outside issuers that the operator named.</summary>
internal sealed class ExternalTokens : IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);
    private readonly IReadOnlyList<ExternalIssuer> issuers;
    private readonly PrincipalState principals;
    private readonly TimeProvider clock;

    public ExternalTokens(IOptions<IdentityOptions> options, PrincipalState principals, EgressClient egress, TimeProvider clock)
    {
        (this.principals, this.clock) = (principals, clock);
        issuers = [.. options.Value.Issuers.Select(o => new ExternalIssuer(o, egress, clock))];
    }

    /// <summary>The issuers that the settings name, in their order.</summary>
    public IReadOnlyList<ExternalIssuer> Issuers => issuers;

    public async ValueTask<BearerToken> ProveAsync(JsonWebToken token, HttpContext context, CancellationToken cancellationToken)
    {
        if (await GenuineIssuerOfAsync(token, context, cancellationToken) is not { } issuer)
        {
            throw TokenRefusals.Invalid(context, "its issuer is not known here.");
        }

        TokenLife.Check(token, clock.GetUtcNow(), context);
        var model = await principals.ReadAsync(cancellationToken);
        return ExternalClaims.Read(token, issuer.Options, model) is { } caller
            ? new(caller, null)
            : throw TokenRefusals.Invalid(context, "it names nobody, or a principal of this installation's own directory.");
    }

    private async ValueTask<ExternalIssuer?> GenuineIssuerOfAsync(JsonWebToken token, HttpContext context, CancellationToken cancellationToken)
    {
        // The settings may name one issuer several times, each with another audience.
        ExternalIssuer? named = null;
        foreach (var issuer in issuers)
        {
            try
            {
                if (await issuer.IsIssuerOfAsync(token, cancellationToken))
                {
                    named = issuer;
                    if (await issuer.IsGenuineAsync(token, cancellationToken))
                    {
                        return issuer;
                    }
                }
            }
            catch (IssuerUnavailableException)
            {
                throw ApiException.Unavailable("IssuerUnavailable", $"The issuer '{issuer.Authority}' does not answer, so its tokens cannot be proved now.", RetryAfter);
            }
        }

        return named is null ? null : throw TokenRefusals.Invalid(context, $"its signature or audience is not the one wanted of '{named.Authority}'.");
    }

    public void Dispose()
    {
        foreach (var issuer in issuers)
        {
            issuer.Dispose();
        }
    }
}
