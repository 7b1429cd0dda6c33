using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Atrium.Server.Identity.Tokens;

/// <summary>What an outside issuer publishes about itself, by discovery. Kept for hours; read again when a key is not known, but not for every stranger's token.</summary>
internal sealed class IssuerMetadata(string authority, HttpClient http, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(12);

    /// <summary>The least time between two readings for the sake of a key.</summary>
    private static readonly TimeSpan LeastBetween = TimeSpan.FromMinutes(1);

    private readonly string address = $"{authority.TrimEnd('/')}/.well-known/openid-configuration";
    private readonly HttpDocumentRetriever documents = new(http) { RequireHttps = authority.StartsWith("https:", StringComparison.OrdinalIgnoreCase) };
    private readonly SemaphoreSlim gate = new(1, 1);
    private volatile OpenIdConnectConfiguration? known;
    private DateTimeOffset read = DateTimeOffset.MinValue;
    private DateTimeOffset readForKey = DateTimeOffset.MinValue;

    /// <exception cref="IssuerUnavailableException">It does not answer, and never has.</exception>
    public async ValueTask<OpenIdConnectConfiguration> ReadAsync(CancellationToken cancellationToken) =>
        known is { } fresh && clock.GetUtcNow() < read + Life ? fresh : await FetchAsync(null, cancellationToken);

    /// <summary>Reads again because a token's key is not in what is known.</summary>
    public ValueTask<OpenIdConnectConfiguration> ReadForKeyAsync(OpenIdConnectConfiguration stale, CancellationToken cancellationToken) => FetchAsync(stale, cancellationToken);

    public void Dispose() => gate.Dispose();

    private async ValueTask<OpenIdConnectConfiguration> FetchAsync(OpenIdConnectConfiguration? stale, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            var now = clock.GetUtcNow();
            if (known is { } current && (stale is null ? now < read + Life : current != stale || now < readForKey + LeastBetween))
            {
                return current;
            }

            readForKey = stale is null ? readForKey : now;
            known = await OpenIdConnectConfigurationRetriever.GetAsync(address, documents, cancellationToken);
            read = now;
            return known;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // What was known is better than nothing: its keys still prove.
            return known ?? throw new IssuerUnavailableException(authority, failure);
        }
        finally
        {
            gate.Release();
        }
    }
}

/// <summary>An outside issuer cannot be asked, so its tokens cannot be proved.</summary>
internal sealed class IssuerUnavailableException(string authority, Exception cause) : Exception($"The issuer '{authority}' does not answer.", cause);
