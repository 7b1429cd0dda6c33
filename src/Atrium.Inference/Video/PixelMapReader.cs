using System.Globalization;
using System.Text;
using Atrium.Inference.Media;

namespace Atrium.Inference.Video;

/// <summary>Cuts a stream of portable pixel maps (P6, of a byte a colour) into its pictures. What it holds is bounded by one picture.</summary>
/// <param name="maxSide">Larger pictures are refused: nobody asked for them.</param>
internal sealed class PixelMapReader(int maxSide)
{
    private const int LongestHeader = 64;

    private readonly List<byte> _header = [];
    private byte[]? _pixels;
    private int _width;
    private int _height;
    private int _filled;

    /// <summary>The pictures that are complete with this piece.</summary>
    /// <exception cref="AudioRefusedException">It is no such stream.</exception>
    public IEnumerable<(int Width, int Height, byte[] Pixels)> Take(ReadOnlyMemory<byte> piece)
    {
        for (var at = 0; at < piece.Length;)
        {
            if (_pixels is null)
            {
                _header.Add(piece.Span[at++]);
                TryBegin();
                continue;
            }

            var count = Math.Min(_pixels.Length - _filled, piece.Length - at);
            piece.Slice(at, count).CopyTo(_pixels.AsMemory(_filled));
            (at, _filled) = (at + count, _filled + count);
            if (_filled == _pixels.Length)
            {
                yield return (_width, _height, _pixels);
                _pixels = null;
            }
        }
    }

    /// <summary>The header is four words, each with white space behind it: P6, width, height, 255.</summary>
    private void TryBegin()
    {
        var words = Encoding.ASCII.GetString([.. _header]).Split([' ', '\n', '\t', '\r']);
        if (words.Length < 5)
        {
            if (_header.Count > LongestHeader)
            {
                throw Broken();
            }

            return;
        }

        if (words is not ["P6", var width, var height, "255", ""]
            || !int.TryParse(width, NumberStyles.None, CultureInfo.InvariantCulture, out _width) || !int.TryParse(height, NumberStyles.None, CultureInfo.InvariantCulture, out _height)
            || _width < 1 || _width > maxSide || _height < 1 || _height > maxSide)
        {
            throw Broken();
        }

        (_pixels, _filled) = (new byte[_width * _height * 3], 0);
        _header.Clear();
    }

    private static AudioRefusedException Broken() => new(AudioFault.NotAudio, "The decoder wrote no pictures.");
}
