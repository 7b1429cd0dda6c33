using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Atrium.Server.Storage.Auth;

/// <summary>What the signature of a request by an account's key is made over (Authorize with Shared Key). Pure.</summary>
internal static class SharedKey
{
    private const string Prefix = "x-ms-";

    /// <summary>The header's parts: <c>SharedKey account:signature</c>.</summary>
    public static (string Scheme, string Account, string Signature)? Parse(string header)
    {
        var space = header.IndexOf(' ', StringComparison.Ordinal);
        var colon = header.IndexOf(':', StringComparison.Ordinal);
        return space > 0 && colon > space ? (header[..space], header[(space + 1)..colon], header[(colon + 1)..].Trim()) : null;
    }

    /// <summary>The texts that a client may have signed. They differ only in how header names are sorted: by their characters, or as dictionaries do.</summary>
    public static IEnumerable<string> TextsToSign(HttpRequest request, string account, bool isLite)
    {
        var headers = request.Headers;
        var date = headers.ContainsKey("x-ms-date") ? "" : (string?)headers.Date ?? "";
        var head = isLite
            ? string.Join('\n', request.Method, (string?)headers.ContentMD5 ?? "", (string?)headers.ContentType ?? "", date)
            : string.Join(
                '\n',
                request.Method,
                (string?)headers.ContentEncoding ?? "",
                (string?)headers.ContentLanguage ?? "",
                request.ContentLength is > 0 and var length ? length.ToString() : "",
                (string?)headers.ContentMD5 ?? "",
                (string?)headers.ContentType ?? "",
                date,
                (string?)headers.IfModifiedSince ?? "",
                (string?)headers.IfMatch ?? "",
                (string?)headers.IfNoneMatch ?? "",
                (string?)headers.IfUnmodifiedSince ?? "",
                (string?)headers.Range ?? "");
        var resource = isLite ? LiteResource(request, account) : Resource(request, account);
        var sent = headers.Where(h => h.Key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)).Select(h => (Name: h.Key.ToLowerInvariant(), h.Value)).ToList();
        var plain = Canonical(sent.OrderBy(h => h.Name, StringComparer.Ordinal));
        yield return $"{head}\n{plain}{resource}";
        var dictionary = Canonical(sent.OrderBy(h => h.Name, DictionaryOrder.Instance));
        if (dictionary != plain)
        {
            yield return $"{head}\n{dictionary}{resource}";
        }
    }

    public static byte[] Sign(string text, byte[] key) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Canonical(IEnumerable<(string Name, StringValues Value)> headers) =>
        string.Concat(headers.Select(h => $"{h.Name}:{Fold(string.Join(',', h.Value.ToArray()))}\n"));

    /// <summary>Space in the middle of a value that was folded over lines is one space.</summary>
    private static string Fold(string value) => value.Replace("\r\n", " ", StringComparison.Ordinal).Trim();

    private static string Resource(HttpRequest request, string account)
    {
        var (path, query) = Target(request);
        var text = new StringBuilder("/").Append(account).Append(path);
        foreach (var group in Parameters(query).GroupBy(p => p.Name).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            text.Append('\n').Append(group.Key).Append(':').AppendJoin(',', group.Select(p => p.Value).Order(StringComparer.Ordinal));
        }

        return text.ToString();
    }

    private static string LiteResource(HttpRequest request, string account)
    {
        var (path, query) = Target(request);
        var operation = Parameters(query).FirstOrDefault(p => p.Name == "comp");
        return $"/{account}{path}{(operation.Name is null ? "" : $"?comp={operation.Value}")}";
    }

    /// <summary>Path and query as they came over the wire: signatures are made over that.</summary>
    private static (string Path, string Query) Target(HttpRequest request)
    {
        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var mark = target.IndexOf('?', StringComparison.Ordinal);
        return mark < 0 ? (target, "") : (target[..mark], target[(mark + 1)..]);
    }

    private static IEnumerable<(string Name, string Value)> Parameters(string query)
    {
        foreach (var part in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var sign = part.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = sign < 0 ? (part, "") : (part[..sign], part[(sign + 1)..]);
            yield return (Uri.UnescapeDataString(name).ToLowerInvariant(), Uri.UnescapeDataString(value));
        }
    }
}

/// <summary>As dictionaries sort: hyphens count only between words that are otherwise the same.</summary>
internal sealed class DictionaryOrder : IComparer<string>
{
    public static DictionaryOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var byLetters = string.CompareOrdinal(Letters(x!), Letters(y!));
        return byLetters != 0 ? byLetters : string.CompareOrdinal(x, y);
    }

    /// <summary>An underscore comes before digits and letters.</summary>
    private static string Letters(string text) => text.Replace("-", "", StringComparison.Ordinal).Replace('_', '!');
}
