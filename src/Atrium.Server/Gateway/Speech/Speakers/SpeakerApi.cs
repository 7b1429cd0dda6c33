namespace Atrium.Server.Gateway.Speech.Speakers;

/// <summary>
/// Which of the two forms of the API a call uses: <c>/speaker-recognition/...?api-version=2021-09-05</c>, or v2.0 below <c>/speaker/.../v2.0</c>. They differ in names.
/// Pure.
/// </summary>
/// <param name="IsDated">Whether it is the first.</param>
internal sealed record SpeakerApi(bool IsDated)
{
    public const string Dated = "/speaker-recognition";
    public const string Older = "/speaker";

    public static SpeakerApi Of(HttpRequest request) => new(request.Path.Value!.Contains(Dated + "/", StringComparison.OrdinalIgnoreCase));

    /// <summary>How the dated form says that a length is in seconds.</summary>
    public string InSeconds(string name) => IsDated ? name + "InSec" : name;

    /// <summary>How many profiles a page has.</summary>
    public string PageSize => IsDated ? "maxpagesize" : "$top";

    public string NextLink => IsDated ? "nextLink" : "@nextLink";

    public string Phrase => IsDated ? "activationPhrase" : "passPhrase";

    public string Result(bool isSame) => IsDated ? isSame ? "accept" : "reject" : isSame ? "Accept" : "Reject";
}
