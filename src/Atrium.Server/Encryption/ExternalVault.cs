using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Egress;
using Atrium.Server.Hosting;
using Atrium.Server.Hubs;

namespace Atrium.Server.Encryption;

/// <summary>
/// Customers' keys in a vault elsewhere (Key Vault REST 7.4: get key, wrapkey, unwrapkey; RSA-OAEP-256). Addresses in its answers are read for their version only;
/// nothing is called but what the settings name.
/// </summary>
internal sealed class ExternalVault(ExternalVaultOptions options, EgressClient egress, TimeProvider clock) : ICustomerKeys
{
    public static readonly EgressDoor Door = new("customer-key", "The vault of a customer-managed key that the settings name, and the issuer of its tokens");

    /// <summary>For one question, tokens and all.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>After a question that was left open every other one fails at once, for so long or until one is answered: many hubs may have their keys there, and each would wait in turn.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromSeconds(3);

    private const string Version = "?api-version=7.4";
    private const int MaxBytes = 64 * 1024;

    private static ReadOnlySpan<byte> Opening => "{\"alg\":\"RSA-OAEP-256\",\"value\":\""u8;

    private readonly string root = options.Uri.TrimEnd('/');
    private readonly EgressPass pass = new(Door, Workspace: null) { Granted = PrivateTarget.Of(new(options.Uri)) };
    private readonly VaultTokens tokens = new(options, egress, clock);
    private long restsUntil;

    public bool IsElsewhere(CustomerKey key) => key.Identifier.StartsWith($"{root}/keys/", StringComparison.OrdinalIgnoreCase);

    public ValueTask<bool> KnowsAsync(CustomerKey key, CancellationToken cancellationToken) => ValueTask.FromResult(IsElsewhere(key));

    public async ValueTask<CustomerKey> LookAsync(CustomerKey key, CancellationToken cancellationToken)
    {
        var body = await AskAsync(HttpMethod.Get, key.Identifier, content: null, cancellationToken);
        using var bundle = JsonDocument.Parse(body);
        var (found, attributes) = (bundle.RootElement.GetProperty("key"), bundle.RootElement.GetProperty("attributes"));
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var why = attributes.TryGetProperty("enabled", out var enabled) && !enabled.GetBoolean() ? "The key is disabled; enable it."
            : (attributes.TryGetProperty("nbf", out var begin) && begin.GetInt64() > now) || (attributes.TryGetProperty("exp", out var end) && end.GetInt64() <= now) ? "It is before or after the times in which the key is valid."
            : found.GetProperty("kty").GetString() is not ("RSA" or "RSA-HSM") || !Allows(found, "wrapKey") || !Allows(found, "unwrapKey") ? "The key must be of type RSA and allow wrapKey and unwrapKey."
            : null;
        return why is null ? key.At(VersionOf(found.GetProperty("kid").GetString()!)) : throw new CustomerKeyException(why, isRefusal: true);
    }

    /// <summary>By opening it: a vault elsewhere may have taken the right to unwrap away and still show the key.</summary>
    public async ValueTask ProveAsync(WrappedKey wrapped, CancellationToken cancellationToken) => CryptographicOperations.ZeroMemory(await UnwrapAsync(wrapped, cancellationToken));

    public async ValueTask<WrappedKey> WrapAsync(CustomerKey key, ReadOnlyMemory<byte> plain, CancellationToken cancellationToken)
    {
        // Looked at first: of what a key cannot do its vault only says that the request is bad.
        var current = await LookAsync(key, cancellationToken);
        var (kid, value) = await UseAsync(current, "wrapkey", plain, cancellationToken);
        return new(key.At(VersionOf(kid)), value);
    }

    public async ValueTask<byte[]> UnwrapAsync(WrappedKey wrapped, CancellationToken cancellationToken) => (await UseAsync(wrapped.Key, "unwrapkey", wrapped.Bytes, cancellationToken)).Value;

    private async ValueTask<(string Kid, byte[] Value)> UseAsync(CustomerKey key, string operation, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
    {
        byte[] sent = [.. Opening, .. Base64Url.EncodeToUtf8(value.Span), .. "\"}"u8];
        byte[]? body = null;
        try
        {
            body = await AskAsync(HttpMethod.Post, $"{key.Identifier.TrimEnd('/')}/{operation}", sent, cancellationToken);
            return Read(body);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(sent);
            CryptographicOperations.ZeroMemory(body);
        }
    }

    /// <summary>KeyOperationResult. Not by way of a string, whose memory nobody can zero.</summary>
    private static (string Kid, byte[] Value) Read(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        var (kid, value) = ("", (byte[]?)null);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.PropertyName && reader.CurrentDepth == 1)
            {
                var (isKid, isValue) = (reader.ValueTextEquals("kid"u8), reader.ValueTextEquals("value"u8));
                reader.Read();
                kid = isKid ? reader.GetString()! : kid;
                value = isValue ? Base64Url.DecodeFromUtf8(reader.ValueSpan) : value;
            }
        }

        return (kid, value ?? throw new JsonException("It has no value."));
    }

    /// <summary>One call of the vault, with a new token where it does not take the kept one.</summary>
    /// <exception cref="CustomerKeyException">It refuses, or did not answer.</exception>
    internal async Task<byte[]> AskAsync(HttpMethod method, string address, byte[]? content, CancellationToken cancellationToken)
    {
        if (clock.GetUtcNow().UtcTicks < Interlocked.Read(ref restsUntil))
        {
            throw Silent();
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            for (var attempt = 0; ; attempt++)
            {
                using var request = new HttpRequestMessage(method, address.TrimEnd('/') + Version);
                request.Headers.Authorization = new("Bearer", await tokens.GetAsync(limit.Token));
                if (content is not null)
                {
                    request.Content = new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
                }

                using var answer = await egress.SendAsync(pass, request, limit.Token);
                Interlocked.Exchange(ref restsUntil, 0);
                var body = await BoundedBody.ReadAsync(await answer.Content.ReadAsStreamAsync(limit.Token), answer.Content.Headers.ContentLength, MaxBytes, limit.Token) ?? throw new JsonException("It is too long.");
                if (answer.IsSuccessStatusCode)
                {
                    return body;
                }

                if (answer.StatusCode is not HttpStatusCode.Unauthorized || attempt > 0)
                {
                    throw RefusalOf(answer.StatusCode, body);
                }

                tokens.Forget();
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Interlocked.Exchange(ref restsUntil, (clock.GetUtcNow() + Rest).UtcTicks);
            throw Silent();
        }
        catch (Exception failure) when (failure is EgressRefusedException or HttpRequestException or IOException or JsonException)
        {
            throw Silent();
        }
    }

    private static CustomerKeyException Silent() => new("Its vault does not answer.", isRefusal: false);

    private static CustomerKeyException RefusalOf(HttpStatusCode status, byte[] body) => status switch
    {
        HttpStatusCode.NotFound => new("The vault has no such key or version.", isRefusal: true),
        HttpStatusCode.BadRequest => new("It does not open what was encrypted with it.", isRefusal: true),
        HttpStatusCode.Forbidden when CodeOf(body) is "KeyDisabled" => new("The key is disabled; enable it.", isRefusal: true),
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.Conflict => new("The vault does not let the service principal in the settings use the key (Encryption:Vaults).", isRefusal: true),
        _ => new("Its vault does not answer.", isRefusal: false),
    };

    private static string? CodeOf(byte[] body)
    {
        var error = JsonNode.Parse(body)?["error"] as JsonObject;
        return (error?["innererror"] as JsonObject)?.Text("code") ?? error?.Text("code");
    }

    private static bool Allows(JsonElement key, string operation) =>
        !key.TryGetProperty("key_ops", out var operations) || operations.EnumerateArray().Any(known => known.GetString() == operation);

    private static string VersionOf(string kid) => kid[(kid.LastIndexOf('/') + 1)..];
}
