using System.Net;
using System.Xml.Linq;

namespace Atrium.Server.Tests.Storage;

/// <summary>An answer of a storage service with its body read.</summary>
internal sealed record BlobAnswer(HttpStatusCode Status, string? Code, string Body, HttpResponseMessage Message)
{
    public XElement Xml => XElement.Parse(Body);

    public string? Header(string name) => Message.Headers.TryGetValues(name, out var values) || Message.Content.Headers.TryGetValues(name, out values) ? string.Join(',', values) : null;

    public override string ToString() => $"{(int)Status} {Code} {Body}";
}

/// <summary>Calls of the storage services in one line.</summary>
internal static class BlobCalls
{
    public static async Task<BlobAnswer> BlobAsync(this HttpClient client, string method, string path, string? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new(method), new Uri(client.BaseAddress!.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (content is not null || method == "PUT")
        {
            request.Content = new StringContent(content ?? "");
        }

        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var code = answer.Headers.TryGetValues("x-ms-error-code", out var codes) ? codes.Single() : null;
        return new(answer.StatusCode, code, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), answer);
    }

    public static Task<BlobAnswer> PutBlobAsync(this HttpClient client, string path, string content, params (string Name, string Value)[] headers) =>
        client.BlobAsync("PUT", path, content, [("x-ms-blob-type", "BlockBlob"), .. headers]);
}
