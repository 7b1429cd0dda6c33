using System.Globalization;
using System.Text.Json.Nodes;
using Atrium.Inference.Speakers;
using Atrium.Persistence;
using Atrium.Server.Resources;

namespace Atrium.Server.Gateway.Speech.Speakers;

/// <summary>A person's profile: how much was heard, and the voice print that came of it. The print tells who somebody is, so it is kept sealed, bound to the profile.</summary>
internal sealed record SpeakerProfile
{
    private const string Print = "print";

    /// <summary>Speech without which a profile is not ready, as published; a caller may leave it aside.</summary>
    public static readonly TimeSpan Needed = TimeSpan.FromSeconds(20);

    /// <summary>Of all its recordings together, as published.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(300);

    public required string Id { get; init; }

    /// <summary>verification or identification.</summary>
    public required string Scenario { get; init; }

    public required string Locale { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required DateTimeOffset Updated { get; init; }

    public int Enrollments { get; init; }

    public TimeSpan Length { get; init; }

    public TimeSpan Speech { get; init; }

    /// <summary>Whether somebody said that what is there is enough.</summary>
    public bool IsEnough { get; init; }

    public VoicePrint Voice { get; init; } = VoicePrint.Empty;

    public bool IsEnrolled => Voice.IsUsable && (IsEnough || Speech >= Needed);

    public TimeSpan Remaining => IsEnrolled || Speech >= Needed ? TimeSpan.Zero : Needed - Speech;

    public static SpeakerProfile Read(StoredResource row, ISecretCipher cipher)
    {
        var body = JsonNode.Parse(row.Body)!.AsObject();
        return new()
        {
            Id = row.Id[(row.Id.LastIndexOf('/') + 1)..],
            Scenario = (string)body["scenario"]!,
            Locale = (string)body["locale"]!,
            Created = body["created"]!.GetValue<DateTimeOffset>(),
            Updated = body["updated"]!.GetValue<DateTimeOffset>(),
            Enrollments = (int)body["enrollments"]!,
            Length = new((long)body["length"]!),
            Speech = new((long)body["speech"]!),
            IsEnough = (bool)body["isEnough"]!,
            Voice = VoicePrint.FromBytes(Convert.FromBase64String(cipher.Decrypt(row.Key, Print, Convert.FromBase64String((string)body[Print]!)))),
        };
    }

    /// <summary>What is kept under a key.</summary>
    public string Seal(string key, ISecretCipher cipher) => new JsonObject
    {
        ["scenario"] = Scenario,
        ["locale"] = Locale,
        ["created"] = Created,
        ["updated"] = Updated,
        ["enrollments"] = Enrollments,
        ["length"] = Length.Ticks,
        ["speech"] = Speech.Ticks,
        ["isEnough"] = IsEnough,
        [Print] = Convert.ToBase64String(cipher.Encrypt(key, Print, Convert.ToBase64String(Voice.ToBytes()))),
    }.ToJsonString();

    /// <summary>What callers see.</summary>
    public JsonObject View(SpeakerApi api)
    {
        var view = new JsonObject { ["profileId"] = Id, ["locale"] = Locale };
        if (api.IsDated)
        {
            view["profileStatus"] = "Active";
        }

        view["enrollmentStatus"] = IsEnrolled ? "Enrolled" : "Enrolling";
        view["createdDateTime"] = Moment(Created);
        view["lastUpdatedDateTime"] = Moment(Updated);
        view["enrollmentsCount"] = Enrollments;
        view[api.InSeconds("enrollmentsLength")] = Seconds(Length);
        view[api.InSeconds("enrollmentsSpeechLength")] = Seconds(Speech);
        view[api.InSeconds("remainingEnrollmentsSpeechLength")] = Seconds(Remaining);
        view["modelVersion"] = VoicePrinter.Name;
        return view;
    }

    /// <summary>What an enrollment is answered.</summary>
    public JsonObject View(VoiceSample sample, SpeakerApi api)
    {
        var view = View(api);
        view[api.InSeconds("audioLength")] = Seconds(sample.Length);
        view[api.InSeconds("audioSpeechLength")] = Seconds(sample.Speech);
        return view;
    }

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 2);

    private static string Moment(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
