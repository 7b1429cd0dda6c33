using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Atrium.Inference.Speaking;

namespace Atrium.Server.Gateway.Speech.Sockets;

/// <summary>What is heard in a speech, as <c>audio.metadata</c> tells it. Pure.</summary>
internal static class SynthesisEvents
{
    /// <summary>The published positions of the mouth for English sounds; of a diphthong its first.</summary>
    private static readonly FrozenDictionary<string, int> Visemes = new Dictionary<string, int>
    {
        ["pau"] = 0, ["ae"] = 1, ["ax"] = 1, ["ah"] = 1, ["aa"] = 2, ["ao"] = 3, ["ey"] = 4, ["eh"] = 4, ["uh"] = 4, ["er"] = 5, ["y"] = 6, ["iy"] = 6, ["ih"] = 6, ["w"] = 7, ["uw"] = 7, ["ow"] = 8,
        ["aw"] = 9, ["oy"] = 10, ["ay"] = 11, ["hh"] = 12, ["r"] = 13, ["l"] = 14, ["s"] = 15, ["z"] = 15, ["sh"] = 16, ["zh"] = 16, ["ch"] = 19, ["jh"] = 19, ["th"] = 19, ["dh"] = 17, ["f"] = 18,
        ["v"] = 18, ["d"] = 19, ["t"] = 19, ["n"] = 19, ["k"] = 20, ["g"] = 20, ["ng"] = 20, ["p"] = 21, ["b"] = 21, ["m"] = 21,
    }.ToFrozenDictionary();

    /// <summary>The events that are wanted; null for none.</summary>
    public static JsonObject? Of(IEnumerable<SpokenEvent> events, BoundaryEvents wanted, TimeSpan origin)
    {
        var list = new JsonArray([.. events.Select(e => Describe(e, wanted, origin)).OfType<JsonObject>()]);
        return list.Count == 0 ? null : new() { ["Metadata"] = list };
    }

    /// <summary>The end of all audio.</summary>
    public static JsonObject End(TimeSpan at) => new() { ["Metadata"] = new JsonArray(new JsonObject { ["Type"] = "SessionEnd", ["Data"] = new JsonObject { ["Offset"] = at.Ticks } }) };

    private static JsonObject? Describe(SpokenEvent told, BoundaryEvents wanted, TimeSpan origin)
    {
        var offset = (told.Offset + origin).Ticks;
        return told.Kind switch
        {
            SpokenEventKind.Word when wanted.Words => Boundary("WordBoundary", "WordBoundary", told, offset),
            SpokenEventKind.Punctuation when wanted.Punctuation => Boundary("WordBoundary", "PunctuationBoundary", told, offset),
            SpokenEventKind.Sentence when wanted.Sentences => Boundary("SentenceBoundary", "SentenceBoundary", told, offset),
            SpokenEventKind.Mark when wanted.Bookmarks => new() { ["Type"] = "Bookmark", ["Data"] = new JsonObject { ["Offset"] = offset, ["Bookmark"] = told.Text } },
            SpokenEventKind.Viseme when wanted.Visemes && Visemes.TryGetValue(told.Text, out var id) =>
                new() { ["Type"] = "Viseme", ["Data"] = new JsonObject { ["Offset"] = offset, ["VisemeId"] = id, ["IsLastAnimation"] = true } },
            _ => null,
        };
    }

    private static JsonObject Boundary(string type, string boundary, SpokenEvent told, long offset) => new()
    {
        ["Type"] = type,
        ["Data"] = new JsonObject
        {
            ["Offset"] = offset,
            ["Duration"] = told.Duration.Ticks,
            ["text"] = new JsonObject { ["Text"] = told.Text, ["Length"] = told.Text.Length, ["BoundaryType"] = boundary },
        },
    };
}
