using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Atrium.Inference.Images;
using Atrium.Inference.Media;

namespace Atrium.Inference.Video;

/// <summary>What a video file holds.</summary>
/// <param name="Duration">Its length.</param>
/// <param name="Width">Of its pictures, in pixels.</param>
/// <param name="Height">Of its pictures, in pixels.</param>
/// <param name="HasSound">Whether there is anything to hear.</param>
public sealed record VideoInfo(TimeSpan Duration, int Width, int Height, bool HasSound);

/// <summary>A picture of a video.</summary>
/// <param name="Time">When it is shown.</param>
/// <param name="Pixels">Three bytes a pixel: red, green, blue.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
public sealed record VideoFrame(TimeSpan Time, byte[] Pixels, int Width, int Height)
{
    /// <summary>As the models take it.</summary>
    public Picture ToPicture() => Picture.OfPixels(Pixels, Width, Height);
}

/// <summary>The file is no video that is taken. The message is for the one who sent it.</summary>
public sealed class VideoRefusedException(bool isDecoderMissing, string message) : Exception(message)
{
    /// <summary>Whether it is no fault of the file: nothing here decodes video.</summary>
    public bool IsDecoderMissing { get; } = isDecoderMissing;
}

/// <summary>Pictures of videos, by <see cref="MediaDecoder"/>: so many a second, no larger than the models need.</summary>
public sealed class VideoDecoder(MediaDecoder media)
{
    /// <summary>Of the longer side. Text that is read on a screen is still read at this size.</summary>
    private const int MaxSide = 1280;

    /// <exception cref="VideoRefusedException">It is no video that is taken.</exception>
    public async Task<VideoInfo> ProbeAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            using var said = JsonDocument.Parse(await media.ProbeAsync(Path.GetFullPath(file), cancellationToken));
            var streams = said.RootElement.GetProperty("streams").EnumerateArray().ToList();
            var pictures = streams.Find(stream => TypeOf(stream) == "video" && !(stream.TryGetProperty("disposition", out var disposition) && disposition.GetProperty("attached_pic").GetInt32() == 1));
            if (pictures.ValueKind is JsonValueKind.Undefined)
            {
                throw new VideoRefusedException(false, "The file has no pictures in it.");
            }

            var seconds = said.RootElement.GetProperty("format").TryGetProperty("duration", out var duration) && double.TryParse(duration.GetString(), CultureInfo.InvariantCulture, out var length) ? length
                : throw new VideoRefusedException(false, "The file does not say how long it is. Write it again with its length, as MP4, Matroska or WebM.");
            return new(TimeSpan.FromSeconds(seconds), pictures.GetProperty("width").GetInt32(), pictures.GetProperty("height").GetInt32(), streams.Exists(stream => TypeOf(stream) == "audio"));
        }
        catch (AudioRefusedException refused)
        {
            throw Translated(refused);
        }
        catch (Exception unclear) when (unclear is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or OverflowException or ArgumentException)
        {
            throw new VideoRefusedException(false, "The file is in no format that is known, or broken.");
        }
    }

    /// <summary>The pictures of a part of a video, in order.</summary>
    /// <param name="file">A file.</param>
    /// <param name="from">Where the part begins.</param>
    /// <param name="length">How long it is.</param>
    /// <param name="perSecond">How many pictures are wanted.</param>
    /// <param name="cancellationToken">Ends the decoder.</param>
    /// <exception cref="VideoRefusedException">It is no video that is taken.</exception>
    public async IAsyncEnumerable<VideoFrame> FramesAsync(string file, TimeSpan from, TimeSpan length, double perSecond, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string[] before = ["-ss", Seconds(from)];
        string[] arguments =
        [
            "-t", Seconds(length), "-map", "0:V:0", "-an", "-sn",
            "-vf", string.Create(CultureInfo.InvariantCulture, $"fps=fps={perSecond}:start_time=0:round=up,scale=w='min({MaxSide},iw)':h='min({MaxSide},ih)':force_original_aspect_ratio=decrease"),
            "-f", "image2pipe", "-c:v", "ppm", "pipe:1",
        ];
        var reader = new PixelMapReader(MaxSide);
        var number = 0;
        await using var pieces = media.RunAsync(MediaSource.Of(file), before, arguments, 1, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await NextAsync(pieces))
        {
            foreach (var (width, height, pixels) in reader.Take(pieces.Current))
            {
                yield return new(from + TimeSpan.FromSeconds(number++ / perSecond), pixels, width, height);
            }
        }
    }

    private static async ValueTask<bool> NextAsync(IAsyncEnumerator<ReadOnlyMemory<byte>> pieces)
    {
        try
        {
            return await pieces.MoveNextAsync();
        }
        catch (AudioRefusedException refused)
        {
            throw Translated(refused);
        }
    }

    private static VideoRefusedException Translated(AudioRefusedException refused) => refused.Fault switch
    {
        AudioFault.NoDecoder => new(true, "Video is decoded by ffmpeg inside bubblewrap, which cannot be started on the hub's machine (Debian: apt-get install ffmpeg bubblewrap)."),
        AudioFault.CutOff => new(false, "The file is cut off."),
        AudioFault.Unsupported => new(false, "Decoding the file takes more time or memory than allowed."),
        _ => new(false, "The file is in no format that is known, or broken."),
    };

    private static string TypeOf(JsonElement stream) => stream.TryGetProperty("codec_type", out var type) ? type.GetString()! : "";

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
}
