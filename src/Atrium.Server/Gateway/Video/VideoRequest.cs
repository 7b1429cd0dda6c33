using System.Text.Json;
using Atrium.Contracts;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Video;

/// <summary>What <c>analyze</c> is given: one video, by its address or as it is. Pure.</summary>
/// <param name="Url">Where it is; null where it comes with the request.</param>
/// <param name="Data">The video; null where it is to be fetched.</param>
/// <param name="Name">What the caller calls it; the result says it again.</param>
internal sealed record VideoRequest(string? Url, byte[]? Data, string? Name)
{
    private const string Code = "InvalidInput";

    /// <summary>A video is watched on this machine whatever the caller allows, and no place in a text is told that could be counted in one unit or another.</summary>
    private static readonly (string Name, string[] Values)[] Options = [("stringEncoding", ["codePoint", "utf16", "utf8"]), ("processingLocation", ["geography", "dataZone", "global"])];

    /// <exception cref="ApiException">400 with every mistake; 501 for what is published and not built.</exception>
    public static VideoRequest Read(IQueryCollection query, JsonElement body)
    {
        Demand(query);
        var problems = new List<Problem>();
        var (place, input) = ("", body);
        if (body.TryGetProperty("inputs", out var inputs) && inputs.ValueKind is not JsonValueKind.Null)
        {
            if (inputs.ValueKind is not JsonValueKind.Array || inputs.GetArrayLength() != 1 || inputs[0].ValueKind is not JsonValueKind.Object)
            {
                throw ApiException.BadRequest(Code, "'inputs' must be a list of one object with a 'url' or 'data'.", "inputs");
            }

            (place, input) = ("inputs[0].", inputs[0]);
            UnknownMembers.Refuse(body, "", ["inputs", "modelDeployments"], problems);
        }

        DemandNone(body, "", "modelDeployments");
        DemandNone(input, place, "range");
        UnknownMembers.Refuse(input, place, ["url", "data", "name", "mimeType"], problems);
        var found = new List<Problem>();
        var url = input.Text("url", found);
        var data = ReadData(input, found);
        if (input.Text("mimeType", found) is { } type && !type.StartsWith("video/", StringComparison.OrdinalIgnoreCase) && type != "application/octet-stream")
        {
            found.Add(new("mimeType", $"'{place}mimeType' must be that of a video, such as video/mp4; found '{type}'."));
        }

        if (found.Count == 0 && url is { Length: > 0 } == data is { Length: > 0 })
        {
            found.Add(new("url", $"Either '{place}url' or '{place}data' is required: where the video is, or the video."));
        }
        else if (url is not null && !url.StartsWith(VideoInput.BlobPrefix, StringComparison.OrdinalIgnoreCase) && !(Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
        {
            found.Add(new("url", $"'{place}url' must be an address that begins with http:// or https://, or {VideoInput.BlobPrefix}... for a blob of the project."));
        }

        var name = input.Text("name", found);
        problems.AddRange(found.Select(problem => problem with { Target = place + problem.Target }));
        Refuse(problems);
        return new(url, data, name);
    }

    /// <summary>Reads what the query may have.</summary>
    public static void Demand(IQueryCollection query)
    {
        _ = query["range"].ToString().Length > 0 ? throw ApiException.NotBuilt("Analysis of a part of a video ('range')") : 0;
        var problems = new List<Problem>();
        UnknownMembers.Refuse(query, ["api-version", .. Options.Select(option => option.Name)], problems);
        foreach (var (name, values) in Options)
        {
            if (query[name].ToString() is { Length: > 0 } given && !values.Contains(given, StringComparer.OrdinalIgnoreCase))
            {
                problems.Add(new(name, $"'{name}' must be one of {string.Join(", ", values)}; found '{given}'."));
            }
        }

        Refuse(problems);
    }

    private static byte[]? ReadData(JsonElement input, List<Problem> problems)
    {
        if (input.Text("data", problems) is not { } text)
        {
            return null;
        }

        var bytes = new byte[text.Length * 3 / 4];
        if (Convert.TryFromBase64String(text, bytes, out var written))
        {
            return bytes[..written];
        }

        problems.Add(new("data", "'data' must be the video in base64."));
        return null;
    }

    /// <summary>Refuses what is published and not built, where there is something in it.</summary>
    private static void DemandNone(JsonElement item, string place, string name)
    {
        if (item.TryGetProperty(name, out var part) && part.ValueKind is not JsonValueKind.Null && !(part.ValueKind is JsonValueKind.Object && part.GetPropertyCount() == 0))
        {
            throw ApiException.NotBuilt($"'{place}{name}'");
        }
    }

    private static void Refuse(List<Problem> problems)
    {
        if (problems is [var first, ..])
        {
            throw ApiException.BadRequest(Code, string.Join(' ', problems.Select(problem => problem.Message)), first.Target);
        }
    }
}
