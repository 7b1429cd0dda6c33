using System.Net;
using System.Net.Http.Headers;
using Atrium.Server.Tests.Gateway.Speech.Speaking;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Gateway.Speech.Speakers;

/// <summary>Speaker recognition over HTTP; the people are the embedded voices.</summary>
public sealed class SpeakerTests(SpeakingScene scene) : IClassFixture<SpeakingScene>
{
    private const string Version = "api-version=2021-09-05";
    private const string Verification = "/speaker-recognition/verification/text-independent/profiles";
    private const string Identification = "/speaker-recognition/identification/text-independent/profiles";
    private const string Story = "Once upon a time there lived a miller in a small village near the river. He had three daughters, a mill, and a donkey that was older than the mill. "
        + "Every morning he carried flour to the market, sold what he could, and bought bread, fruit and cheese for the evening. One winter the river froze, the mill stood still, and nobody knew what to do.";
    private const string Other = "The committee will meet again on Thursday afternoon to discuss the budget for the coming year, the new offices, and who shall be invited to the conference.";

    [Fact]
    public async Task A_person_is_known_again_by_other_words_and_another_is_not()
    {
        var profile = await EnrolledAsync(Verification, "en-US-SltFlite", false);
        var mine = await SendAsync($"{Verification}/{profile}:verify?{Version}", await SayAsync("en-US-SltFlite", Other));
        Assert.Equal((HttpStatusCode.OK, "accept"), (mine.Status, (string?)mine.Body["recognitionResult"]));
        Assert.InRange((double)mine.Body["score"]!, 0.5, 1);
        var others = await SendAsync($"{Verification}/{profile}:verify?{Version}", await SayAsync("en-US-RmsFlite", Other));
        Assert.Equal((HttpStatusCode.OK, "reject"), (others.Status, (string?)others.Body["recognitionResult"]));
        Assert.InRange((double)others.Body["score"]!, 0, 0.4999999);
        var row = (await scene.RowsAsync("speaker.verify"))[0]!;
        Assert.Equal((200, "sphericity-1"), ((int)row["status"]!, (string?)row["model"]));
        Assert.InRange((int)row["tokensIn"]!, 5, 20);
    }

    [Fact]
    public async Task Of_several_people_the_one_who_speaks_is_named_and_a_stranger_is_nobody()
    {
        var people = new Dictionary<string, string>();
        foreach (var voice in (string[])["en-US-SltFlite", "en-US-RmsFlite"])
        {
            people[voice] = await EnrolledAsync(Identification, voice, true);
        }

        var ids = string.Join(',', people.Values);
        foreach (var (voice, profile) in people)
        {
            var found = await SendAsync($"{Identification}:identifySingleSpeaker?{Version}&profileIds={ids}", await SayAsync(voice, Other));
            Assert.Equal((HttpStatusCode.OK, profile), (found.Status, (string?)found.Body["identifiedProfile"]!["profileId"]));
            Assert.Equal(2, found.Body["profilesRanking"]!.AsArray().Count);
        }

        var stranger = await SendAsync($"{Identification}:identifySingleSpeaker?{Version}&profileIds={ids}", await SayAsync("en-US-KalFlite", Other));
        Assert.Equal(Guid.Empty.ToString(), (string?)stranger.Body["identifiedProfile"]!["profileId"]);
    }

    [Fact]
    public async Task A_profile_grows_until_it_has_heard_enough_and_can_be_forgotten_and_deleted()
    {
        var made = await CallAsync("POST", $"{Verification}?{Version}", new { locale = "en-us" });
        Assert.Equal((HttpStatusCode.Created, "en-US", "Enrolling", 20.0), (made.Status, (string?)made.Body["locale"], (string?)made.Body["enrollmentStatus"], (double)made.Body["remainingEnrollmentsSpeechLengthInSec"]!));
        var id = (string)made.Body["profileId"]!;
        Assert.EndsWith($"{Verification}/{id}?{Version}", made.Message.Headers.Location!.AbsoluteUri, StringComparison.Ordinal);
        var speech = await SayAsync("en-US-SltFlite", Story);
        var first = await SendAsync($"{Verification}/{id}/enrollments?{Version}", await SayAsync("en-US-SltFlite", Other));
        Assert.Equal((HttpStatusCode.Created, "Enrolling", 1), (first.Status, (string?)first.Body["enrollmentStatus"], (int)first.Body["enrollmentsCount"]!));
        Assert.Equal((double)first.Body["audioLengthInSec"]!, (double)first.Body["enrollmentsLengthInSec"]!);
        Assert.InRange((double)first.Body["audioSpeechLengthInSec"]!, 4, (double)first.Body["audioLengthInSec"]!);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync($"{Verification}/{id}:verify?{Version}", speech)).Status);
        var second = await SendAsync($"{Verification}/{id}/enrollments?{Version}", speech);
        Assert.Equal(("Enrolled", 2, 0.0), ((string?)second.Body["enrollmentStatus"], (int)second.Body["enrollmentsCount"]!, (double)second.Body["remainingEnrollmentsSpeechLengthInSec"]!));

        Assert.Equal(HttpStatusCode.OK, (await CallAsync("POST", $"{Verification}/{id}:reset?{Version}")).Status);
        var forgotten = await CallAsync("GET", $"{Verification}/{id}?{Version}");
        Assert.Equal(("Enrolling", 0), ((string?)forgotten.Body["enrollmentStatus"], (int)forgotten.Body["enrollmentsCount"]!));
        Assert.Equal(HttpStatusCode.NotFound, (await CallAsync("GET", $"{Identification}/{id}?{Version}")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await CallAsync("DELETE", $"{Verification}/{id}?{Version}")).Status);
        Assert.Equal((HttpStatusCode.NotFound, "ProfileNotFound"), (await CallAsync("GET", $"{Verification}/{id}?{Version}") is var gone ? (gone.Status, gone.ErrorCode) : default));
    }

    [Fact]
    public async Task Profiles_are_listed_page_by_page_in_the_order_of_their_ids()
    {
        var made = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            made.Add((string)(await CallAsync("POST", "/speaker/identification/v2.0/text-independent/profiles", new { locale = "de-de" })).Body["profileId"]!);
        }

        var (listed, next) = (new List<string>(), "/speaker/identification/v2.0/text-independent/profiles?$top=2");
        while (next is not null)
        {
            var page = await CallAsync("GET", next);
            Assert.InRange(page.Body["value"]!.AsArray().Count, 1, 2);
            listed.AddRange(page.Body["value"]!.AsArray().Select(profile => (string)profile!["profileId"]!));
            next = (string?)page.Body["@nextLink"] is { } link ? new Uri(link).PathAndQuery : null;
        }

        Assert.Subset(listed.ToHashSet(), made.ToHashSet());
        Assert.Equal(listed.Order(StringComparer.Ordinal), listed);
    }

    [Fact]
    public async Task The_older_form_has_its_own_names()
    {
        const string profiles = "/speaker/verification/v2.0/text-independent/profiles";
        var profile = (string)(await CallAsync("POST", profiles, new { locale = "en-us" })).Body["profileId"]!;
        var speech = await SayAsync("en-US-SltFlite", Other);
        var enrolled = await SendAsync($"{profiles}/{profile}/enrollments?ignoreMinLength=true", speech);
        Assert.Equal("Enrolled", (string?)enrolled.Body["enrollmentStatus"]);
        Assert.True((double)enrolled.Body["audioSpeechLength"]! > 4);
        Assert.Equal("Accept", (string?)(await SendAsync($"{profiles}/{profile}/verify", speech)).Body["recognitionResult"]);
    }

    [Theory]
    [InlineData("", "not one byte")]
    [InlineData("no audio at all, and longer than a header", "")]
    [InlineData("RIFF\0\0\0\0WAVEfmt ", "ends inside its header")]
    public async Task Bytes_that_are_no_audio_are_refused(string audio, string reason)
    {
        var profile = (string)(await CallAsync("POST", $"{Verification}?{Version}", new { locale = "en-US" })).Body["profileId"]!;
        var refused = await SendAsync($"{Verification}/{profile}/enrollments?{Version}", System.Text.Encoding.Latin1.GetBytes(audio));
        Assert.Contains((int)refused.Status, (int[])[400, 503]);
        Assert.Contains(reason, (string?)refused.Body["error"]!["message"], StringComparison.Ordinal);
        Assert.Equal(0, (int)(await CallAsync("GET", $"{Verification}/{profile}?{Version}")).Body["enrollmentsCount"]!);
    }

    [Fact]
    public async Task Audio_that_is_too_short_too_long_or_silent_is_refused_in_words()
    {
        var profile = await EnrolledAsync(Verification, "en-US-SltFlite", true);
        async Task<string> RefusedAsync(byte[] audio, HttpStatusCode status)
        {
            var refused = await SendAsync($"{Verification}/{profile}:verify?{Version}&ignoreMinLength=true", audio);
            Assert.Equal(status, refused.Status);
            return (string)refused.Body["error"]!["message"]!;
        }

        Assert.Contains("1 is the least", await RefusedAsync(Wav(0.5), HttpStatusCode.BadRequest), StringComparison.Ordinal);
        Assert.Contains("0.0 seconds of speech", await RefusedAsync(Wav(5), HttpStatusCode.BadRequest), StringComparison.Ordinal);
        Assert.Contains("120", await RefusedAsync(Wav(121), HttpStatusCode.BadRequest), StringComparison.Ordinal);
        await RefusedAsync(new byte[(5 * 1024 * 1024) + 1], HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [InlineData("POST", Verification + "?" + Version, "{}", 400)]
    [InlineData("POST", Verification + "?" + Version, """{"locale":7}""", 400)]
    [InlineData("POST", Verification, """{"locale":"en-US"}""", 400)]
    [InlineData("GET", Verification + "?" + Version + "&maxpagesize=501", null, 400)]
    [InlineData("GET", Verification + "?" + Version + "&after=x", null, 400)]
    [InlineData("GET", Verification + "/no-guid?" + Version, null, 404)]
    [InlineData("POST", Identification + ":identifySingleSpeaker?" + Version, "x", 400)]
    [InlineData("POST", Identification + ":identifySingleSpeaker?" + Version + "&profileIds=c0ffee00-0000-0000-0000-000000000000", "x", 404)]
    [InlineData("POST", "/speaker-recognition/verification/text-dependent/profiles?" + Version, """{"locale":"en-US"}""", 501)]
    public async Task What_is_wrong_is_refused(string method, string path, string? body, int status)
    {
        var answer = await scene.Hub.Client.CallAsync(method, path, body, ("Ocp-Apim-Subscription-Key", scene.Key));
        Assert.Equal(status, (int)answer.Status);
        Assert.NotNull((string?)answer.Body["error"]!["message"]);
    }

    [Fact]
    public async Task The_phrase_to_begin_with_is_told() =>
        Assert.Contains("voice", (string?)(await CallAsync("GET", $"/speaker-recognition/verification/text-independent/phrases/en-us?{Version}")).Body["value"]![0]!["activationPhrase"], StringComparison.Ordinal);

    private async Task<string> EnrolledAsync(string profiles, string voice, bool isEnough)
    {
        var profile = (string)(await CallAsync("POST", $"{profiles}?{Version}", new { locale = "en-US" })).Body["profileId"]!;
        for (var i = 0; i < (isEnough ? 1 : 2); i++)
        {
            var enrolled = await SendAsync($"{profiles}/{profile}/enrollments?{Version}&ignoreMinLength={(isEnough ? "true" : "false")}", await SayAsync(voice, Story));
            Assert.Equal(HttpStatusCode.Created, enrolled.Status);
        }

        return profile;
    }

    private async Task<byte[]> SayAsync(string voice, string text)
    {
        var (answer, body) = await scene.SpeakAsync(SpeakingScene.Document(text, voice), "riff-16khz-16bit-mono-pcm");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return body;
    }

    private static byte[] Wav(double seconds)
    {
        var samples = (int)(seconds * 16000) * 2;
        return [.. "RIFF"u8, .. BitConverter.GetBytes(samples + 36), .. "WAVEfmt "u8, .. BitConverter.GetBytes(16), 1, 0, 1, 0, .. BitConverter.GetBytes(16000), .. BitConverter.GetBytes(32000), 2, 0, 16, 0, .. "data"u8, .. BitConverter.GetBytes(samples), .. new byte[samples]];
    }

    private Task<Answer> CallAsync(string method, string path, object? body = null) => scene.Hub.Client.CallAsync(method, path, body, ("Ocp-Apim-Subscription-Key", scene.Key));

    private async Task<Answer> SendAsync(string path, byte[] audio)
    {
        using var content = new ByteArrayContent(audio) { Headers = { ContentType = new MediaTypeHeaderValue("audio/wav") } };
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content, Headers = { { "Ocp-Apim-Subscription-Key", scene.Key } } };
        return await Answer.ReadAsync(await scene.Hub.Client.SendAsync(request, TestContext.Current.CancellationToken));
    }
}
