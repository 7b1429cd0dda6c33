using Atrium.Inference.Media;
using Atrium.Tests.Shared;
using CsCheck;

namespace Atrium.Inference.Tests.Media;

public sealed class WavTests : IDisposable
{
    private readonly MediaDecoder media = new(new() { Ffmpeg = "there-is-no-such-decoder", Bubblewrap = null });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => media.Dispose();

    [Theory]
    [InlineData(1, 8, 0.01)]
    [InlineData(1, 16, 0.0001)]
    [InlineData(1, 24, 0.0001)]
    [InlineData(1, 32, 0.0001)]
    [InlineData(3, 32, 0.000001)]
    [InlineData(3, 64, 0.000001)]
    public async Task Samples_of_every_kind_come_out_as_they_went_in(int format, int bits, double error)
    {
        var tone = WavWriter.Tone(440, 16_000, 1.3);
        var decoded = await DecodeAsync(WavWriter.Write(tone, format: format, bits: bits));
        Assert.Equal(tone.Length, decoded.Length);
        Assert.All(tone.Zip(decoded), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, error));
    }

    [Theory]
    [InlineData(6, 0xD5, 8.0 / 32768)]
    [InlineData(6, 0x2A, -32256.0 / 32768)]
    [InlineData(6, 0xAA, 32256.0 / 32768)]
    [InlineData(7, 0xFF, 0)]
    [InlineData(7, 0x80, 32124.0 / 32768)]
    [InlineData(7, 0x00, -32124.0 / 32768)]
    public async Task Telephone_codes_mean_what_the_recommendation_says(int format, byte code, double value)
    {
        var file = WavWriter.Write(new float[400], format: format, bits: 8);
        file.AsSpan(44).Fill(code);
        Assert.All(await DecodeAsync(file), sample => Assert.Equal(value, sample, 6));
    }

    [Theory]
    [InlineData(8_000)]
    [InlineData(11_025)]
    [InlineData(22_050)]
    [InlineData(44_100)]
    [InlineData(48_000)]
    public async Task Another_rate_is_changed_without_changing_the_tone(int rate)
    {
        var decoded = await DecodeAsync(WavWriter.Write(WavWriter.Tone(1000, rate, 1), rate));
        Assert.InRange(decoded.Length, 15_990, 16_010);
        var expected = WavWriter.Tone(1000, 16_000, 1);
        Assert.All(Enumerable.Range(200, 15_600), i => Assert.InRange(Math.Abs(expected[i] - decoded[i]), 0, 0.005));
    }

    [Fact]
    public async Task A_tone_that_the_new_rate_cannot_hold_is_gone()
    {
        var decoded = await DecodeAsync(WavWriter.Write(WavWriter.Tone(11_000, 48_000, 1), 48_000));
        Assert.All(decoded[200..15_000], sample => Assert.InRange(Math.Abs(sample), 0, 0.01));
    }

    [Fact]
    public async Task Channels_are_mixed_or_taken_one_by_one()
    {
        float[] frames = [.. Enumerable.Range(0, 2000).Select(i => i % 2 == 0 ? 0.5f : -0.25f)];
        var file = WavWriter.Write(frames, channels: 2);
        Assert.All(await DecodeAsync(file), s => Assert.Equal(0.125f, s));
        Assert.All(await DecodeAsync(file, new() { Channel = 0 }), s => Assert.Equal(0.5f, s));
        Assert.All(await DecodeAsync(file, new() { Channel = 1 }), s => Assert.Equal(-0.25f, s));
        Assert.Equal(AudioFault.Unsupported, await FaultAsync(file, new() { Channel = 2 }));
    }

    [Fact]
    public async Task A_writer_who_did_not_know_the_length_is_read_to_the_end()
    {
        foreach (var announced in (uint[])[0, uint.MaxValue, 0x7FFF_FFFF])
        {
            Assert.Equal(1000, (await DecodeAsync(WavWriter.Write(new float[1000], dataBytes: announced))).Length);
        }
    }

    [Fact]
    public async Task Numbers_that_are_none_are_silence()
    {
        Assert.All(await DecodeAsync(WavWriter.Write([float.NaN, float.PositiveInfinity, 7], format: 3, bits: 32)), s => Assert.InRange(s, 0, 1));
    }

    [Fact]
    public async Task What_is_wrong_with_a_file_is_told()
    {
        var good = WavWriter.Write(new float[1000]);
        Assert.Equal(AudioFault.NotAudio, await FaultAsync([]));
        Assert.Equal(AudioFault.CutOff, await FaultAsync(good[..1000]));
        Assert.Equal(AudioFault.CutOff, await FaultAsync(good[..20]));
        Assert.Equal(AudioFault.Unsupported, await FaultAsync(WavWriter.Write(new float[10], rate: 1)));
        Assert.Equal(AudioFault.Unsupported, await FaultAsync(WavWriter.Write(new float[10], rate: 4_000_000)));
        Assert.Equal(AudioFault.Unsupported, await FaultAsync(WavWriter.Write(new float[10], channels: 0)));
        Assert.Equal(AudioFault.Unsupported, await FaultAsync(WavWriter.Write(new float[10], channels: 40_000)));
        Assert.Equal(AudioFault.Unsupported, await FaultAsync(WavWriter.Write(new float[10], bits: 12)));
        Assert.Equal(AudioFault.NoDecoder, await FaultAsync(WavWriter.Write(new float[10], format: 85)));
        Assert.Equal(AudioFault.TooLong, await FaultAsync(good, new() { MaxDuration = TimeSpan.FromMilliseconds(10) }));
        Assert.Equal(AudioFault.NoDecoder, await FaultAsync("this is not a sound"u8.ToArray()));
    }

    [Fact]
    public void Whatever_is_done_to_a_file_it_is_decoded_or_refused() => Gen.Select(Gen.Int[0, 43], Gen.Byte, Gen.Int[0, 2044]).Array[1, 6].Sample(
        changes =>
        {
            var file = WavWriter.Write(WavWriter.Tone(300, 16_000, 0.0625));
            foreach (var (at, value, _) in changes)
            {
                file[at] = value;
            }

            try
            {
                var samples = DecodeAsync(file[..Math.Min(file.Length, changes[0].Item3)]).GetAwaiter().GetResult();
                Assert.All(samples, s => Assert.InRange(s, -1.01f, 1.01f));
            }
            catch (AudioRefusedException)
            {
                // That is what it is for.
            }
        },
        iter: 2000);

    private async Task<float[]> DecodeAsync(byte[] file, AudioRules? rules = null)
    {
        var samples = new List<float>();
        await foreach (var piece in new AudioDecoder(media).DecodeAsync(MediaSource.Of(new MemoryStream(file)), rules ?? new(), Cancellation))
        {
            samples.AddRange(piece.Span);
        }

        return [.. samples];
    }

    private async Task<AudioFault> FaultAsync(byte[] file, AudioRules? rules = null) => (await Assert.ThrowsAsync<AudioRefusedException>(() => DecodeAsync(file, rules))).Fault;
}
