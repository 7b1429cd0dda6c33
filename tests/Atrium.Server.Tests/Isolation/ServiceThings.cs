using System.Text;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Isolation;

/// <summary>What a player of the two-project game has with the AI services: lists and categories by names that both players use, and jobs and profiles by ids of the server's.</summary>
internal sealed class ServiceThings(Player player)
{
    private const string Safety = "?api-version=2024-09-01";
    private const string Categories = "?api-version=2024-09-15-preview";
    private const string Speakers = "?api-version=2021-09-05";
    private const string Speech = "?api-version=2024-04-01";
    private const string Texts = "?api-version=2023-04-01";
    private const string Video = "?api-version=2025-11-01";
    private const string Ghost = "ghost-name";
    private static readonly string[] Scenarios = ["verification", "identification"];

    /// <summary>Ids of the server's, by kind.</summary>
    private readonly Dictionary<string, List<string>> ids = new(StringComparer.Ordinal)
    {
        ["speaker-verification"] = [], ["speaker-identification"] = [], ["transcription"] = [], ["text-job"] = [], ["video"] = [], ["synthesis-operation"] = [],
    };

    /// <summary>Kind and name of what he has under a name of his choice.</summary>
    private readonly HashSet<(string Kind, string Name)> named = [];

    /// <summary>Every id that the server gave him.</summary>
    public IEnumerable<string> Ids => ids.Values.SelectMany(kind => kind);

    /// <summary>Where one thing is read.</summary>
    public static string Address(string kind, string name) => kind switch
    {
        "blocklist" => $"/contentsafety/text/blocklists/{name}{Safety}",
        "blocklist-items" => $"/contentsafety/text/blocklists/{name}/blocklistItems{Safety}",
        "category" => $"/contentsafety/text/categories/{name}{Categories}",
        "synthesis" => $"/texttospeech/batchsyntheses/{name}{Speech}",
        "synthesis-operation" => $"/texttospeech/operations/{name}{Speech}",
        "transcription" => $"/speechtotext/v3.2/transcriptions/{name}",
        "text-job" => $"/language/analyze-text/jobs/{name}{Texts}",
        "video" => $"/contentunderstanding/analyzerResults/{name}{Video}",
        _ => $"/speaker-recognition/{kind["speaker-".Length..]}/text-independent/profiles/{name}{Speakers}",
    };

    public async Task MakeAsync(Move move, string name)
    {
        switch (move)
        {
            case Move.PutBlocklist:
                var (list, item) = (player.Mark("list"), player.Mark("item"));
                await DoAsync("PATCH", Address("blocklist", name), new { description = list });
                await DoAsync("POST", $"/contentsafety/text/blocklists/{name}:addOrUpdateBlocklistItems{Safety}", new { blocklistItems = new[] { new { text = item, description = player.Mark("item-text") } } });
                Keep("blocklist", name, list);
                Keep("blocklist-items", name, item);
                break;
            case Move.DeleteBlocklist when named.Contains(("blocklist", name)):
                await DoAsync("DELETE", Address("blocklist", name));
                Lose("blocklist", name);
                Lose("blocklist-items", name);
                break;
            case Move.PutCategory when !named.Contains(("category", name)):
                var definition = player.Mark("category");
                var examples = string.Concat(Enumerable.Range(0, 10).Select(i => $"{{\"text\":\"{player.Mark("example")} {i}\",\"isPositive\":true}}\n"));
                await DoAsync("PUT", Address("category", name), new { definition, sampleBlobUrl = $"data:application/jsonl;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(examples))}" });
                Keep("category", name, definition);
                break;
            case Move.DeleteCategory when named.Contains(("category", name)):
                await DoAsync("DELETE", Address("category", name));
                Lose("category", name);
                break;
            case Move.AddSpeaker:
                foreach (var scenario in Scenarios)
                {
                    var profile = await DoAsync("POST", $"/speaker-recognition/{scenario}/text-independent/profiles{Speakers}", new { locale = "en-US" });
                    Take($"speaker-{scenario}", (string)profile.Body["profileId"]!, (string)profile.Body["profileId"]!);
                }

                break;
            case Move.DeleteSpeaker when ids["speaker-verification"] is [var oldest, ..]:
                await DoAsync("DELETE", Address("speaker-verification", oldest));
                ids["speaker-verification"].Remove(oldest);
                player.Own.Remove($"speaker-verification {oldest}");
                break;
            case Move.Synthesize when !named.Contains(("synthesis", name)):
                var (described, operation) = (player.Mark("synthesis"), Guid.NewGuid().ToString());
                await DoAsync("PUT", Address("synthesis", name), new { inputKind = "PlainText", description = described, synthesisConfig = new { voice = "en-US-JennyNeural" }, inputs = new[] { new { content = player.Mark("spoken") } } }, ("Operation-Id", operation));
                Keep("synthesis", name, described);
                ids["synthesis-operation"].Add(operation);
                break;
            case Move.Transcribe:
                var title = player.Mark("transcription");
                var job = await DoAsync("POST", "/speechtotext/v3.2/transcriptions", new { contentUrls = new[] { $"https://{player.Mark("recording")}.invalid/a.wav" }, locale = "en-US", displayName = title });
                Take("transcription", new Uri((string)job.Body["self"]!).Segments[^1], title);
                break;
            case Move.AnalyzeTexts:
                var texts = player.Mark("texts");
                var analysis = await DoAsync("POST", $"/language/analyze-text/jobs{Texts}", new
                {
                    displayName = texts, analysisInput = new { documents = new[] { new { id = "1", language = "en", text = player.Mark("document") } } }, tasks = new[] { new { kind = "KeyPhraseExtraction" } },
                });
                Take("text-job", new Uri(analysis.Message.Headers.GetValues("operation-location").Single()).Segments[^1], texts);
                break;
            case Move.AnalyzeVideo:
                var film = await DoAsync("POST", $"/contentunderstanding/analyzers/prebuilt-video:analyze{Video}", new { inputs = new[] { new { data = Convert.ToBase64String(Encoding.UTF8.GetBytes(player.Mark("film"))) } } });
                Take("video", (string)film.Body["id"]!, (string)film.Body["id"]!);
                break;
        }
    }

    /// <summary>What lists whatever he may see.</summary>
    public IEnumerable<string> Lists() =>
    [
        $"/contentsafety/text/blocklists{Safety}", .. named.Where(thing => thing.Kind == "blocklist-items").Select(thing => Address(thing.Kind, thing.Name)), $"/contentsafety/text/categories{Categories}",
        .. Scenarios.Select(scenario => $"/speaker-recognition/{scenario}/text-independent/profiles{Speakers}"),
        $"/texttospeech/batchsyntheses{Speech}", "/speechtotext/v3.2/transcriptions", $"/contentunderstanding/analyzers{Video}",
    ];

    /// <summary>What is the other one's, and beside it the same of what is nobody's.</summary>
    public IEnumerable<Probe> Probes(ServiceThings other)
    {
        // A name that both use is everybody's own, so it is asked for where only the other one has it.
        foreach (var (kind, name) in other.named.Except(named))
        {
            yield return About("GET", Address(kind, name), name, Ghost);
            if (kind != "blocklist-items")
            {
                yield return About("DELETE", Address(kind, name), name, Ghost) with { MaySucceed = true };
            }
        }

        foreach (var name in other.named.Except(named).Where(thing => thing.Kind == "blocklist").Select(thing => thing.Name))
        {
            var body = new JsonObject { ["text"] = "a plain text", ["blocklistNames"] = new JsonArray(name) };
            yield return About("POST", $"/contentsafety/text:analyze{Safety}", name, Ghost, body.ToJsonString());
            yield return About("POST", $"/contentsafety/text/blocklists/{name}:addOrUpdateBlocklistItems{Safety}", name, Ghost, """{"blocklistItems":[{"text":"x"}]}""");
        }

        foreach (var name in other.named.Except(named).Where(thing => thing.Kind == "category").Select(thing => thing.Name))
        {
            yield return About("POST", $"/contentsafety/text:analyzeCustomCategory{Categories}", name, Ghost, $$"""{"text":"x","categoryName":"{{name}}","version":1}""");
            yield return About("POST", $"/contentsafety/text/categories/{name}:build{Categories}&version=1", name, Ghost, "{}");
        }

        foreach (var (kind, id) in other.ids.SelectMany(kind => kind.Value.TakeLast(1).Select(id => (kind.Key, id))))
        {
            yield return About("GET", Address(kind, id), id, Nobodys(id));
            if (kind is not ("text-job" or "video" or "synthesis-operation"))
            {
                yield return About("DELETE", Address(kind, id), id, Nobodys(id)) with { MaySucceed = true };
            }
        }

        foreach (var id in other.ids["transcription"].TakeLast(1))
        {
            yield return About("GET", Address("transcription", $"{id}/files"), id, Nobodys(id));
            yield return About("PATCH", Address("transcription", id), id, Nobodys(id), """{"displayName":"taken"}""");
        }

        foreach (var id in other.ids["text-job"].TakeLast(1))
        {
            yield return About("POST", $"/language/analyze-text/jobs/{id}:cancel{Texts}", id, Nobodys(id), "{}");
        }

        foreach (var scenario in Scenarios)
        {
            foreach (var id in other.ids[$"speaker-{scenario}"].TakeLast(1))
            {
                yield return About("POST", $"/speaker-recognition/{scenario}/text-independent/profiles/{id}:reset{Speakers}", id, Nobodys(id), "{}");
                yield return About("POST", $"/speaker-recognition/{scenario}/text-independent/profiles/{id}/enrollments{Speakers}", id, Nobodys(id), "{}");
            }
        }
    }

    /// <summary>An id of the same form that nobody has.</summary>
    public static string Nobodys(string id) => string.Concat(id.Select((letter, i) => i < id.Length - 12 ? letter : letter == '7' ? '3' : '7'));

    private Probe About(string method, string path, string real, string ghost, string? body = null) => Probe.Of(player.Models, method, path, real, ghost, body);

    private void Keep(string kind, string name, string mark)
    {
        named.Add((kind, name));
        player.Own[$"{kind} {name}"] = mark;
    }

    private void Lose(string kind, string name)
    {
        named.Remove((kind, name));
        player.Own.Remove($"{kind} {name}");
    }

    private void Take(string kind, string id, string mark)
    {
        ids[kind].Add(id);
        player.Own[$"{kind} {id}"] = mark;
    }

    private async Task<Answer> DoAsync(string method, string path, object? body = null, params (string Name, string Value)[] headers) => Player.Done(await player.Models.CallAsync(method, path, body, headers));
}
