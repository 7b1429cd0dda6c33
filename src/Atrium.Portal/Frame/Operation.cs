using System.Globalization;
using System.Text.Json.Nodes;

namespace Atrium.Portal.Frame;

/// <summary>A long-running operation that was begun in the portal.</summary>
public sealed record Operation
{
    /// <summary>Of this notification.</summary>
    public required string Id { get; init; }

    /// <summary>What is being done, in the words of whoever began it.</summary>
    public required string Title { get; init; }

    /// <summary>Where it can be seen; null for nowhere.</summary>
    public string? Link { get; init; }

    /// <summary>Where the API tells how it goes; null for what was done at once.</summary>
    public string? StatusPath { get; init; }

    /// <summary>InProgress, Succeeded, Failed or Canceled.</summary>
    public required string Status { get; init; }

    /// <summary>0 to 100.</summary>
    public double Percent { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>Whether it was looked at since it ended.</summary>
    public bool Seen { get; init; }

    /// <summary>Whether it still runs.</summary>
    public bool IsRunning => Status is "InProgress";

    /// <summary>Whether it ended otherwise than wanted.</summary>
    public bool IsBad => Status is "Failed" or "Canceled";

    /// <summary>Reads what <see cref="Write"/> has written.</summary>
    public static Operation Read(JsonObject kept) => new()
    {
        Id = (string)kept["id"]!,
        Title = (string)kept["title"]!,
        Link = (string?)kept["link"],
        StatusPath = (string?)kept["statusPath"],
        Status = (string)kept["status"]!,
        Percent = (string)kept["status"]! is "Succeeded" ? 100 : 0,
        Error = (string?)kept["error"],
        Started = DateTimeOffset.Parse((string)kept["started"]!, CultureInfo.InvariantCulture),
        Seen = (bool?)kept["seen"] ?? false,
    };

    /// <summary>As the API keeps it.</summary>
    public JsonNode Write()
    {
        var kept = new JsonObject { ["id"] = Id, ["title"] = Cut(Title, 512), ["status"] = Status, ["started"] = Started.UtcDateTime.ToString("O", CultureInfo.InvariantCulture), ["seen"] = Seen };
        foreach (var (name, text) in new[] { ("link", Link), ("statusPath", StatusPath), ("error", Error is null ? null : Cut(Error, 4096)) })
        {
            if (text is not null)
            {
                kept[name] = text;
            }
        }

        return kept;
    }

    private static string Cut(string text, int most) => text.Length <= most ? text : text[..most];
}
