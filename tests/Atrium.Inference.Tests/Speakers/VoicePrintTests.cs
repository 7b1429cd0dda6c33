using Atrium.Inference.Hearing;
using Atrium.Inference.Speakers;
using Atrium.Inference.Tests.Hearing;

namespace Atrium.Inference.Tests.Speakers;

public sealed class VoicePrintTests(ModelCache cache)
{
    [Fact]
    public async Task However_the_audio_is_cut_the_print_is_the_same()
    {
        var whole = await ReadAsync(SpeechAudio.Whole(Recordings.Amiable));
        var pieces = await ReadAsync(Recordings.Pieces(Recordings.Amiable, 333));
        Assert.Equal((whole.Length, whole.Speech), (pieces.Length, pieces.Speech));
        Assert.Equal(whole.Print.ToBytes(), pieces.Print.ToBytes());
        Assert.InRange(whole.Speech.TotalSeconds, 1.5, whole.Length.TotalSeconds);
    }

    [Fact]
    public async Task A_print_is_like_itself_and_louder_or_softer_is_the_same_voice()
    {
        var plain = (await ReadAsync(SpeechAudio.Whole(Recordings.Amiable))).Print;
        var soft = (await ReadAsync(SpeechAudio.Whole(Array.ConvertAll(Recordings.Amiable, sample => sample / 4)))).Print;
        Assert.Equal(1, VoiceLikeness.Score(plain, plain), 6);
        Assert.InRange(VoiceLikeness.Score(plain, soft), 0.95, 1);
        Assert.Equal(VoiceLikeness.Score(plain, soft), VoiceLikeness.Score(soft, plain), 9);
        Assert.Equal(plain.ToBytes(), VoicePrint.FromBytes(plain.ToBytes()).ToBytes());
        Assert.Equal(1, VoiceLikeness.Score(plain, plain.Plus(plain)), 6);
    }

    [Fact]
    public async Task Silence_and_nothing_leave_no_print()
    {
        foreach (var audio in (float[][])[[], Recordings.Silence(3)])
        {
            var sample = await ReadAsync(SpeechAudio.Whole(audio));
            Assert.Equal((false, TimeSpan.Zero), (sample.Print.IsUsable, sample.Speech));
        }

        Assert.Throws<ArgumentException>(() => VoicePrint.FromBytes(new byte[7]));
    }

    private async Task<VoiceSample> ReadAsync(IAsyncEnumerable<ReadOnlyMemory<float>> audio)
    {
        using var printer = await cache.Models.VoicePrinterAsync(TestContext.Current.CancellationToken);
        return await printer.Model.ReadAsync(audio, "test", TestContext.Current.CancellationToken);
    }
}
