using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Inference.Media;
using Atrium.Inference.Speakers;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Gateway.Speech.Hearing;
using Atrium.Server.Hosting;
using Atrium.Server.Models;

namespace Atrium.Server.Gateway.Speech.Speakers;

/// <summary>
/// Speaker recognition (Azure Speech), of what anybody says: profiles, and whether one of them speaks, or which. Each scenario, verification or identification, has its
/// own, with profiles of its own.
/// </summary>
internal sealed class SpeakerCalls(string scenario, SpeakerProfiles profiles, EmbeddedEngines engines, AudioDecoder decoder, Metering metering)
{
    public const string Verification = "verification", Identification = "identification";
    private const string Actions = "Microsoft.CognitiveServices/accounts/SpeechServices/speakerrecognition/";
    public static readonly GatewayOperation Read = new("speaker.profiles.read", "profiles", Actions + "profiles/read", null);
    public static readonly GatewayOperation Write = new("speaker.profiles.write", "profiles", Actions + "profiles/write", null);
    public static readonly GatewayOperation Delete = new("speaker.profiles.delete", "profiles", Actions + "profiles/delete", null);
    public static readonly GatewayOperation Enroll = new("speaker.enroll", "enrollments", Actions + "profiles/write", null);
    public static readonly GatewayOperation Verify = new("speaker.verify", "verify", Actions + "verify/action", null);
    public static readonly GatewayOperation Identify = new("speaker.identify", "identifySingleSpeaker", Actions + "identify/action", null);

    private const int UsualPage = 100, LargestPage = 500;

    /// <summary>All as published.</summary>
    private const int MostBytes = 5 * 1024 * 1024;
    private const int MostCandidates = 50;
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly AudioRules Rules = new() { MaxDuration = TimeSpan.FromSeconds(120) };
    private static readonly TimeSpan SpeechNeeded = TimeSpan.FromSeconds(4);
    private const string ActivationPhrase = "I'll talk for a few seconds so you can recognize my voice in the future.";

    public async Task CreateAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        using var body = await BodyReader.ReadAsync(call.Http.Request, cancellationToken);
        var problems = new List<Problem>();
        var locale = body.RootElement.Text("locale", problems);
        if (problems.Count > 0 || locale is null || !SpeechLocales.IsLocale(locale))
        {
            throw ApiException.Invalid("locale", $"'locale' is required: such as en-US; found '{locale}'.", ProblemCodes.Required);
        }

        var api = SpeakerApi.Of(call.Http.Request);
        var profile = await profiles.AddAsync(call.Owner, scenario, Named(locale), cancellationToken);
        call.Http.Response.Headers.Location = $"{call.Http.Request.Scheme}://{call.Http.Request.Host}{call.Http.Request.Path}/{profile.Id}{call.Http.Request.QueryString}";
        await AnswerAsync(call, StatusCodes.Status201Created, profile.View(api), cancellationToken);
    }

    public async Task GetAsync(GatewayCall call, CancellationToken cancellationToken) =>
        await AnswerAsync(call, StatusCodes.Status200OK, (await FindAsync(call, cancellationToken)).View(SpeakerApi.Of(call.Http.Request)), cancellationToken);

    public async Task ListAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var (request, api) = (call.Http.Request, SpeakerApi.Of(call.Http.Request));
        var size = request.Query[api.PageSize].FirstOrDefault() is not { Length: > 0 } text ? UsualPage
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) && wanted is > 0 and <= LargestPage ? wanted
            : throw ApiException.Invalid(api.PageSize, $"'{api.PageSize}' must be a whole number from 1 to {LargestPage}; found '{text}'.");
        var after = request.Query["after"].FirstOrDefault();
        if (after is not null && !Guid.TryParseExact(after, "D", out _))
        {
            throw ApiException.Invalid("after", "'after' is none that a list gave.");
        }

        var found = await profiles.ListAsync(call.Owner, scenario, after, size + 1, cancellationToken);
        var list = new JsonObject { ["value"] = new JsonArray([.. found.Take(size).Select(profile => profile.View(api))]) };
        if (found.Count > size)
        {
            var query = QueryString.Create(request.Query.Where(q => q.Key != "after")).Add("after", found[size - 1].Id);
            list[api.NextLink] = $"{request.Scheme}://{request.Host}{request.Path}{query}";
        }

        await AnswerAsync(call, StatusCodes.Status200OK, list, cancellationToken);
    }

    public async Task DeleteAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        await profiles.RemoveAsync(call.Owner, (await FindAsync(call, cancellationToken)).Id, cancellationToken);
        metering.Record(call, StatusCodes.Status204NoContent);
        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>Forgets the voice, and keeps the profile.</summary>
    public async Task ResetAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var id = (await FindAsync(call, cancellationToken)).Id;
        _ = await profiles.ChangeAsync(call.Owner, scenario, id, profile => profile with { Enrollments = 0, Length = default, Speech = default, IsEnough = false, Voice = VoicePrint.Empty }, cancellationToken)
            ?? throw Missing(id);
        metering.Record(call, StatusCodes.Status200OK);
    }

    public async Task EnrollAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var (before, isEnough) = (await FindAsync(call, cancellationToken), IgnoresLength(call));
        var sample = await HearAsync(call, cancellationToken);
        var profile = await profiles.ChangeAsync(
            call.Owner,
            scenario,
            before.Id,
            profile => profile.Length + sample.Length > SpeakerProfile.Longest
                ? throw Invalid($"The profile has {profile.Length.TotalSeconds:0} seconds of audio; with this it would have more than {SpeakerProfile.Longest.TotalSeconds:0}, which is the most. Reset it first.")
                : profile with
                {
                    Enrollments = profile.Enrollments + 1,
                    Length = profile.Length + sample.Length,
                    Speech = profile.Speech + sample.Speech,
                    IsEnough = profile.IsEnough || isEnough,
                    Voice = profile.Voice.Plus(sample.Print),
                },
            cancellationToken) ?? throw Missing(before.Id);
        await AnswerAsync(call, StatusCodes.Status201Created, profile.View(sample, SpeakerApi.Of(call.Http.Request)), cancellationToken);
    }

    public async Task VerifyAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var profile = Enrolled(await FindAsync(call, cancellationToken));
        var score = VoiceLikeness.Score(profile.Voice, (await HearToTellAsync(call, cancellationToken)).Print);
        var api = SpeakerApi.Of(call.Http.Request);
        await AnswerAsync(call, StatusCodes.Status200OK, new() { ["recognitionResult"] = api.Result(score >= VoiceLikeness.SameVoice), ["score"] = Rounded(score) }, cancellationToken);
    }

    public async Task IdentifyAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var ids = call.Http.Request.Query["profileIds"].SelectMany(list => (list ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        if (ids.Count is 0 or > MostCandidates)
        {
            throw ApiException.Invalid("profileIds", $"'profileIds' is required: 1 to {MostCandidates} ids of profiles, with commas between them; found {ids.Count}.", ProblemCodes.Required);
        }

        var candidates = new List<SpeakerProfile>();
        foreach (var id in ids)
        {
            candidates.Add(Enrolled(await profiles.FindAsync(call.Owner, scenario, id, cancellationToken) ?? throw Missing(id)));
        }

        var voice = (await HearToTellAsync(call, cancellationToken)).Print;
        var ranking = candidates.Select(profile => (profile.Id, Score: VoiceLikeness.Score(profile.Voice, voice))).OrderByDescending(candidate => candidate.Score).ToList();
        var best = ranking[0].Score >= VoiceLikeness.SameVoice ? ranking[0] : (Guid.Empty.ToString(), 0);
        await AnswerAsync(call, StatusCodes.Status200OK, new() { ["identifiedProfile"] = Ranked(best), ["profilesRanking"] = new JsonArray([.. ranking.Select(Ranked)]) }, cancellationToken);
    }

    /// <summary>What a person may say at the first enrollment. Whatever is said is taken; the phrase is published, so it is told.</summary>
    public Task ListPhrasesAsync(GatewayCall call, CancellationToken cancellationToken) => AnswerAsync(
        call,
        StatusCodes.Status200OK,
        new() { ["value"] = new JsonArray(new JsonObject { [SpeakerApi.Of(call.Http.Request).Phrase] = ActivationPhrase }) },
        cancellationToken);

    /// <summary>What is published for set phrases: nothing here hears whether a phrase is the same.</summary>
    public static Task RefuseTextDependent(HttpContext context) =>
        throw ApiException.NotBuilt("Verification by a set phrase (text-dependent); profiles of any speech (text-independent) are");

    private static JsonObject Ranked((string Id, double Score) candidate) => new() { ["profileId"] = candidate.Id, ["score"] = Rounded(candidate.Score) };

    private static double Rounded(double score) => Math.Round(score, 7);

    private async Task<VoiceSample> HearToTellAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var sample = await HearAsync(call, cancellationToken);
        return sample.Speech >= SpeechNeeded || (IgnoresLength(call) && sample.Print.IsUsable) ? sample
            : throw Invalid($"There are {sample.Speech.TotalSeconds:0.0} seconds of speech in the audio; {SpeechNeeded.TotalSeconds:0} are needed (ignoreMinLength=true makes do with less).");
    }

    private async Task<VoiceSample> HearAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var request = call.Http.Request;
        var bytes = await BoundedBody.ReadAsync(request.Body, request.ContentLength, MostBytes, cancellationToken) ?? throw ApiException.TooLarge(MostBytes);
        call.ModelName = VoicePrinter.Name;
        using var voices = await engines.VoicesAsync(cancellationToken);
        try
        {
            var heard = new HeardSamples(call);
            using var audio = new MemoryStream(bytes);
            var sample = await voices.Model.ReadAsync(heard.Count(decoder.DecodeAsync(MediaSource.Of(audio), Rules, cancellationToken), cancellationToken), call.Lane, cancellationToken);
            return sample.Length >= Shortest ? sample : throw Invalid($"The audio is {sample.Length.TotalSeconds:0.00} seconds long; {Shortest.TotalSeconds:0} is the least.");
        }
        catch (AudioRefusedException refused)
        {
            throw refused.Fault is AudioFault.NoDecoder ? ApiException.Unavailable("DecoderNotInstalled", refused.Message) : Invalid(refused.Message);
        }
    }

    private static ApiException Invalid(string message) => ApiException.BadRequest("InvalidRequest", message, "audioData");

    private static SpeakerProfile Enrolled(SpeakerProfile profile) => profile.IsEnrolled ? profile
        : throw ApiException.BadRequest("InvalidRequest", $"The profile '{profile.Id}' is not enrolled yet: {profile.Remaining.TotalSeconds:0.0} seconds of speech are missing.", "profileId");

    private static bool IgnoresLength(GatewayCall call) => call.Http.Request.Query["ignoreMinLength"].FirstOrDefault() is not { Length: > 0 } text ? false
        : bool.TryParse(text, out var ignores) ? ignores
        : throw ApiException.Invalid("ignoreMinLength", $"'ignoreMinLength' must be true or false; found '{text}'.");

    private async Task<SpeakerProfile> FindAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var id = (string)call.Http.Request.RouteValues["speakerProfile"]!;
        return await profiles.FindAsync(call.Owner, scenario, id, cancellationToken) ?? throw Missing(id);
    }

    private static ApiException Missing(string id) => ApiException.NotFound("ProfileNotFound", $"There is no profile '{id}'.");

    /// <summary>en-us as en-US.</summary>
    private static string Named(string locale) => locale.Replace('_', '-').Split('-') is [var language, { Length: 2 } region] ? $"{language.ToLowerInvariant()}-{region.ToUpperInvariant()}" : locale;

    private async Task AnswerAsync(GatewayCall call, int status, JsonObject body, CancellationToken cancellationToken)
    {
        metering.Record(call, status);
        call.Http.Response.StatusCode = status;
        call.Http.Response.ContentType = "application/json; charset=utf-8";
        await call.Http.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(body), cancellationToken);
    }
}
