using Atrium.Inference.Hearing;
using Atrium.Inference.Media;
using Atrium.Inference.Tests.Hearing;
using Atrium.Tests.Shared;
using CsCheck;

namespace Atrium.Inference.Tests.Media;

public sealed class CompressedAudioTests : IDisposable
{
    private static readonly string Amiable = Path.Combine(AppContext.BaseDirectory, "Audio", "amiable.wav");
    private readonly TempFolder folder = new();
    private readonly MediaDecoder media = new(new());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Formats => new()
    {
        { "mp3", "" },
        { "ogg", "-c:a libopus" },
        { "ogg", "-c:a libvorbis" },
        { "flac", "" },
        { "webm", "-c:a libopus" },
        { "m4a", "" },
        { "aac", "" },
        { "wav", "-c:a adpcm_ms" },
    };

    public void Dispose()
    {
        media.Dispose();
        folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Every_format_is_decoded_to_the_same_sound(string ending, string arguments)
    {
        var file = await EncodeAsync(ending, arguments);
        var (expected, decoded) = (Recordings.Amiable, await DecodeAsync(MediaSource.Of(file)));
        Assert.InRange(decoded.Length, expected.Length - 200, expected.Length + 4000);
        Assert.InRange(Likeness(expected, decoded), 0.9, 1);
    }

    [Theory]
    [InlineData("mp3", "")]
    [InlineData("ogg", "-c:a libopus")]
    [InlineData("flac", "")]
    [InlineData("webm", "-c:a libopus")]
    public async Task What_can_be_read_from_the_front_is_decoded_as_it_comes(string ending, string arguments)
    {
        await using var stream = File.OpenRead(await EncodeAsync(ending, arguments));
        Assert.InRange(Likeness(Recordings.Amiable, await DecodeAsync(MediaSource.Of(stream))), 0.9, 1);
    }

    [Fact]
    public async Task What_is_no_sound_is_refused()
    {
        var picture = folder.Sub("picture.png");
        await Ffmpeg.EncodeAsync(["-f", "lavfi", "-i", "color=size=64x64"], picture, "-frames:v", "1");
        var playlist = folder.Sub("list.m3u8");
        await File.WriteAllTextAsync(playlist, $"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile://{Amiable}\n#EXT-X-ENDLIST\n", Cancellation);
        var text = folder.Sub("text.mp3");
        await File.WriteAllTextAsync(text, string.Concat(Enumerable.Repeat("hello ", 5000)), Cancellation);
        foreach (var file in (string[])[picture, playlist, text])
        {
            Assert.Equal(AudioFault.NotAudio, (await Assert.ThrowsAsync<AudioRefusedException>(() => DecodeAsync(MediaSource.Of(file)))).Fault);
        }
    }

    [Theory]
    [InlineData("m4a", "")]
    [InlineData("webm", "-c:a libopus")]
    public async Task A_file_that_is_cut_off_is_refused_where_its_format_tells(string ending, string arguments)
    {
        var whole = await File.ReadAllBytesAsync(await EncodeAsync(ending, arguments), Cancellation);
        var cut = folder.Sub("cut." + ending);
        await File.WriteAllBytesAsync(cut, whole[..(whole.Length * 2 / 3)], Cancellation);
        Assert.Equal(AudioFault.CutOff, (await Assert.ThrowsAsync<AudioRefusedException>(() => DecodeAsync(MediaSource.Of(cut)))).Fault);
    }

    [Fact]
    public async Task Days_of_silence_in_a_small_file_end_at_the_limit()
    {
        Skip();
        var silence = folder.Sub("silence.flac");
        await Ffmpeg.EncodeAsync(["-f", "lavfi", "-i", "anullsrc=r=48000:cl=mono", "-t", "20000"], silence);
        Assert.InRange(new FileInfo(silence).Length, 1, 8_000_000);
        var taken = 0L;
        var refused = await Assert.ThrowsAsync<AudioRefusedException>(async () =>
        {
            await foreach (var piece in new AudioDecoder(media).DecodeAsync(MediaSource.Of(silence), new() { MaxDuration = TimeSpan.FromMinutes(10) }, Cancellation))
            {
                taken += piece.Length;
            }
        });
        Assert.Equal((AudioFault.TooLong, true), (refused.Fault, taken <= 600L * SpeechAudio.SampleRate));
    }

    [Fact]
    public async Task Whoever_stops_listening_ends_the_decoder()
    {
        Skip();
        using var one = new MediaDecoder(new() { MaxProcesses = 1 });
        var file = await EncodeAsync("mp3", "");
        for (var i = 0; i < 3; i++)
        {
            await foreach (var piece in one.AudioAsync(MediaSource.Of(file), new(), Cancellation))
            {
                Assert.True(piece.Length > 0);
                break;
            }
        }
    }

    [Fact]
    public async Task A_decoder_is_locked_in()
    {
        Skip();
        var start = MediaSandbox.Start(new(), "sh", Amiable, ["-c", "id -u; ls /; ls /home /root 2>&1; cat /proc/net/dev | wc -l; echo x > /tmp-file; ulimit -v"]);
        using var process = System.Diagnostics.Process.Start(start)!;
        process.StandardInput.Close();
        var said = await process.StandardOutput.ReadToEndAsync(Cancellation);
        var lines = said.Split('\n');
        Assert.Equal("65534", lines[0]);
        Assert.Contains("input", lines);
        Assert.DoesNotContain("home", lines);
        Assert.DoesNotContain("root", lines);
        Assert.Contains("3", lines);
        Assert.Contains("1048576", lines);
        Assert.Contains("Read-only", await process.StandardError.ReadToEndAsync(Cancellation), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Whatever_is_done_to_a_compressed_file_it_is_decoded_or_refused()
    {
        var files = new List<byte[]>();
        foreach (var (ending, arguments) in new[] { ("mp3", ""), ("ogg", "-c:a libopus"), ("flac", ""), ("webm", "-c:a libopus"), ("m4a", "") })
        {
            files.Add(await File.ReadAllBytesAsync(await EncodeAsync(ending, arguments), Cancellation));
        }

        await Gen.Select(Gen.Int[0, files.Count - 1], Gen.Double[0, 1], Gen.Select(Gen.Double[0, 1], Gen.Byte).Array[0, 40]).SampleAsync(
            async (which, length, changes) =>
            {
                var file = files[which][..(int)(files[which].Length * length)];
                foreach (var (at, value) in changes)
                {
                    if (file.Length > 0)
                    {
                        file[(int)(at * (file.Length - 1))] = value;
                    }
                }

                try
                {
                    Assert.NotEmpty(await DecodeAsync(MediaSource.Of(new MemoryStream(file))));
                }
                catch (AudioRefusedException)
                {
                    // That is what it is for.
                }
            },
            iter: 60,
            threads: 2);
    }

    private static void Skip() => Assert.SkipWhen(Ffmpeg.Missing is not null, Ffmpeg.Missing ?? "");

    private async Task<string> EncodeAsync(string ending, string arguments)
    {
        Skip();
        var file = folder.Sub("sound." + ending);
        await Ffmpeg.EncodeAsync(["-i", Amiable], file, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return file;
    }

    private async Task<float[]> DecodeAsync(MediaSource source)
    {
        Skip();
        var samples = new List<float>();
        await foreach (var piece in new AudioDecoder(media).DecodeAsync(source, new(), Cancellation))
        {
            samples.AddRange(piece.Span);
        }

        return [.. samples];
    }

    /// <summary>The best correlation of the two over the delays that codecs add.</summary>
    private static double Likeness(float[] one, float[] other)
    {
        var best = 0.0;
        for (var delay = -100; delay < 3000; delay++)
        {
            double dot = 0, a = 0, b = 0;
            for (var i = 4000; i < 24_000; i += 3)
            {
                var (x, y) = (one[i], i + delay < other.Length ? other[i + delay] : 0);
                dot += x * y;
                a += x * x;
                b += y * y;
            }

            best = Math.Max(best, dot / Math.Sqrt((a * b) + 1e-9));
        }

        return best;
    }
}
