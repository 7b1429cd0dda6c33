using Atrium.Inference.Speaking;
using Atrium.Inference.Speaking.Flite;
using Atrium.Inference.Speaking.Ssml;

namespace Atrium.Inference.Tests.Speaking;

/// <summary>The voices of flite by their own names.</summary>
internal sealed class TestCast : IVoiceCast
{
    public static SpeechVoice Slt => FliteVoices.All[0];

    public string Offer => "slt, rms, kal, awb.";

    public SpeechVoice? Find(string name) => FliteVoices.All.FirstOrDefault(voice => voice.Id == name);

    public SpeechVoice? InLanguage(SpeechVoice voice, string locale) => locale.StartsWith("en", StringComparison.OrdinalIgnoreCase) ? voice : null;

    public static SpeechScript Read(string body, SsmlLimits? limits = null, IVoiceCast? cast = null) => SsmlReader.Read(Document(body), cast ?? new TestCast(), limits ?? new());

    public static string Document(string body) =>
        $"<speak version='1.0' xmlns='http://www.w3.org/2001/10/synthesis' xmlns:mstts='https://www.w3.org/2001/mstts' xml:lang='en-US'>{body}</speak>";
}
