using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Egress;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Speech.Hearing.Hooks;

/// <summary>Calls whoever a web hook tells, as published: the event in a header, and a signature of the body.</summary>
internal sealed class HookSender(EgressClient egress)
{
    /// <summary>URLs are the callers', so they are called as far as the network rules let them.</summary>
    public static readonly EgressDoor Door = new("speech-webhooks", "Whoever a web hook of the speech service tells of transcriptions, by its URL");

    private const string EventHeader = "X-MicrosoftSpeechServices-Event", SignatureHeader = "X-MicrosoftSpeechServices-Signature";
    private const int LongestAnswer = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>The text of a good answer.</summary>
    /// <param name="owner">Whose hook.</param>
    /// <param name="target">Whom.</param>
    /// <param name="told">Name of the event.</param>
    /// <param name="body">What is told.</param>
    /// <param name="token">That is to come back; null for none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="HookRefusedException">It is not called, or did not answer well.</exception>
    public async Task<string> SendAsync(KeyOwner owner, HookTarget target, string told, JsonObject body, string? token, CancellationToken cancellationToken)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body);
        using var request = new HttpRequestMessage(HttpMethod.Post, AddressOf(target.Url, token))
        {
            Content = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
            Headers = { { EventHeader, told } },
        };
        if (target.Secret is { } secret)
        {
            request.Headers.Add(SignatureHeader, Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), bytes)));
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            using var answer = await egress.SendAsync(new(Door, owner.IsProject ? owner.Id.Key : owner.Hub), request, limit.Token);
            var text = await BoundedBody.ReadAsync(await answer.Content.ReadAsStreamAsync(limit.Token), answer.Content.Headers.ContentLength, LongestAnswer, limit.Token);
            return answer.IsSuccessStatusCode ? Encoding.UTF8.GetString(text ?? []) : throw new HookRefusedException($"It answered {(int)answer.StatusCode}.");
        }
        catch (EgressRefusedException refused)
        {
            throw new HookRefusedException(refused.Message);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw new HookRefusedException(EgressRefusedException.UnreachableMessage);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HookRefusedException($"It did not answer within {Patience.TotalSeconds:0} seconds.");
        }
    }

    private static Uri AddressOf(string url, string? token)
    {
        var address = new UriBuilder(url);
        if (token is not null)
        {
            address.Query = $"{address.Query.TrimStart('?')}&validationToken={token}".TrimStart('&');
        }

        return address.Uri;
    }
}

/// <summary>Why whoever a hook tells was not told, in words for its owner.</summary>
internal sealed class HookRefusedException(string message) : Exception(message);
