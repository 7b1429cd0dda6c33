using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Atrium.Inference.Media;
using Atrium.Inference.Video;
using Atrium.Tests.Shared;

namespace Atrium.Inference.Tests.Media;

/// <summary>
/// Files that name other files or addresses, or say that they are larger than they are. Each is tried with the sandbox and without it: the bounds that the decoder is
/// given must do alone, too.
/// </summary>
public sealed class HostileMediaTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public HostileMediaTests() => listener.Start();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, bool> Files => [.. new[] { "hls", "hls-http", "concat", "concat-http", "dash", "sdp", "smil", "mov-reference", "subtitles", "image-pattern", "zero", "empty", "text", "zip", "huge-avi", "huge-y4m", "huge-webm", "endless" }
        .SelectMany(name => new[] { (name, true), (name, false) })];

    public void Dispose()
    {
        listener.Dispose();
        folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Nothing_is_opened_but_the_file_and_it_is_refused_within_bounds(string name, bool isLocked)
    {
        Assert.SkipWhen(Ffmpeg.Missing is not null, Ffmpeg.Missing ?? "");
        var secret = Path.Combine(folder.Path, "secret.mp4");
        await Ffmpeg.EncodeAsync(["-f", "lavfi", "-i", "testsrc=size=320x240:rate=5:duration=2", "-f", "lavfi", "-i", "sine=duration=2"], secret, "-c:v", "libx264", "-c:a", "aac", "-pix_fmt", "yuv420p");
        var file = Path.Combine(folder.Path, "input");
        await File.WriteAllBytesAsync(file, Make(name, secret), Cancel);
        var options = new MediaOptions { MaxProcessorTime = TimeSpan.FromSeconds(20) };
        using var media = new MediaDecoder(isLocked ? options : options with { Bubblewrap = null });
        var watch = Stopwatch.StartNew();

        await Assert.ThrowsAsync<VideoRefusedException>(() => WatchAsync(media, file));
        await Assert.ThrowsAsync<AudioRefusedException>(() => HearAsync(media, MediaSource.Of(file)));
        await using var stream = File.OpenRead(file);
        await Assert.ThrowsAsync<AudioRefusedException>(() => HearAsync(media, MediaSource.Of(stream)));

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(90), watch.Elapsed.ToString());
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task The_film_that_the_others_name_would_be_taken()
    {
        Assert.SkipWhen(Ffmpeg.Missing is not null, Ffmpeg.Missing ?? "");
        var film = Path.Combine(folder.Path, "film.mp4");
        await Ffmpeg.EncodeAsync(["-f", "lavfi", "-i", "testsrc=size=320x240:rate=5:duration=2"], film, "-c:v", "libx264", "-pix_fmt", "yuv420p");
        using var media = new MediaDecoder(new());
        Assert.True(await WatchAsync(media, film) >= 2);
    }

    private static async Task<int> WatchAsync(MediaDecoder media, string file)
    {
        var decoder = new VideoDecoder(media);
        await decoder.ProbeAsync(file, Cancel);
        var frames = 0;
        await foreach (var frame in decoder.FramesAsync(file, TimeSpan.Zero, TimeSpan.FromSeconds(60), 1, Cancel))
        {
            frames++;
        }

        return frames == 0 ? throw new VideoRefusedException(false, "It has no pictures.") : frames;
    }

    private static async Task HearAsync(MediaDecoder media, MediaSource source)
    {
        await foreach (var piece in media.AudioAsync(source, new(), Cancel))
        {
            Assert.True(piece.Length > 0);
        }
    }

    private byte[] Make(string name, string secret)
    {
        var address = $"http://{listener.LocalEndpoint}/film.mp4";
        return name switch
        {
            "hls" => Text($"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile://{secret}\n#EXT-X-ENDLIST\n"),
            "hls-http" => Text($"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{address}\n#EXT-X-ENDLIST\n"),
            "concat" => Text($"ffconcat version 1.0\nfile {secret}\n"),
            "concat-http" => Text($"ffconcat version 1.0\nfile {address}\n"),
            "dash" => Text($"<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" type=\"static\" mediaPresentationDuration=\"PT2S\"><Period><AdaptationSet mimeType=\"video/mp4\"><Representation id=\"1\" bandwidth=\"1\"><BaseURL>{address}</BaseURL></Representation></AdaptationSet></Period></MPD>"),
            "sdp" => Text($"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio {((IPEndPoint)listener.LocalEndpoint).Port} RTP/AVP 0\n"),
            "smil" => Text($"<smil><body><video src=\"{address}\"/></body></smil>"),
            "mov-reference" => [.. Atom("ftyp", Text("qt  \0\0\0\0")), .. Atom("moov", Atom("rmra", Atom("rmda", Atom("rdrf", [0, 0, 0, 0, .. "url "u8, .. Big(address.Length + 1), .. Text(address), 0]))))],
            "subtitles" => Text($"[Script Info]\nScriptType: v4.00+\n[Events]\nDialogue: 0,0:00:00.00,0:00:02.00,Default,,0,0,0,,{address}\n"),
            "image-pattern" => Text($"P6\n# {secret}\n"),
            "zero" => new byte[4096],
            "empty" => [],
            "text" => Text(string.Concat(Enumerable.Repeat("hello ", 5000))),
            "zip" => [0x50, 0x4B, 3, 4, .. new byte[200]],
            "huge-avi" => Resized(secret, "avi"),
            "huge-webm" => Resized(secret, "webm"),
            "huge-y4m" => Text("YUV4MPEG2 W65000 H65000 F25:1 Ip A0:0 C420\nFRAME\n"),
            _ => [.. Atom("ftyp", Text("isom\0\0\0\0isom")), .. Enumerable.Range(0, 20_000).SelectMany(_ => Atom("moov", Atom("trak", [])))],
        };
    }

    /// <summary>A film whose header says that its pictures are as large as a header can say.</summary>
    private static byte[] Resized(string film, string format)
    {
        var path = $"{film}.{format}";
        Ffmpeg.EncodeAsync(["-i", film], path, format == "avi" ? ["-an", "-c:v", "rawvideo", "-pix_fmt", "bgr24"] : ["-an", "-c:v", "libvpx", "-deadline", "realtime"]).GetAwaiter().GetResult();
        var bytes = File.ReadAllBytes(path);
        if (format == "avi")
        {
            // In the headers of file and stream; the stream's height is below zero where its rows go down.
            Replace(bytes, [0x40, 1, 0, 0, 0xF0, 0, 0, 0], 0, [0xFF, 0xFF, 0, 0, 0xFF, 0xFF, 0, 0]);
            Replace(bytes, [0x40, 1, 0, 0, 0x10, 0xFF, 0xFF, 0xFF], 0, [0xFF, 0xFF, 0, 0, 1, 0, 0xFF, 0xFF]);
            return bytes;
        }

        // Matroska: PixelWidth (B0) and PixelHeight (BA) of two bytes each; VP8's own frame header says the same once more.
        Replace(bytes, [0xB0, 0x82, 1, 0x40, 0xBA], 2, [0xFF, 0xFF]);
        Replace(bytes, [0x9D, 1, 0x2A, 0x40, 1, 0xF0, 0], 3, [0xFF, 0x3F, 0xFF, 0x3F]);
        return bytes;
    }

    private static void Replace(byte[] bytes, byte[] found, int offset, byte[] with)
    {
        for (int at; (at = bytes.AsSpan().IndexOf(found)) >= 0;)
        {
            with.CopyTo(bytes, at + offset);
        }
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Big(int value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    private static byte[] Atom(string name, byte[] content) => [.. Big(content.Length + 8), .. Text(name), .. content];
}
