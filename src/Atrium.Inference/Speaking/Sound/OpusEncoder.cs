using System.Buffers;
using Concentus.Enums;
using Concentus;

namespace Atrium.Inference.Speaking.Sound;

/// <summary>What Opus packets are put into.</summary>
internal interface IOpusContainer
{
    /// <summary>Takes a packet of 20 milliseconds.</summary>
    void Add(ReadOnlySpan<byte> packet);

    /// <summary>What is ready to be sent.</summary>
    ReadOnlyMemory<byte> Take();

    /// <summary>The rest.</summary>
    /// <param name="samples">Samples of 48,000 a second that all packets stand for; the last packet may have silence behind them.</param>
    ReadOnlyMemory<byte> End(long samples);
}

/// <summary>Opus in packets of 20 milliseconds.</summary>
internal sealed class OpusEncoder : DirectEncoder
{
    /// <summary>Opus counts in these, whatever the rate of its input.</summary>
    public const int ClockRate = 48_000;

    public const int PacketMilliseconds = 20;
    private const int LargestPacket = 1275;
    private readonly IOpusEncoder _encoder;
    private readonly IOpusContainer _container;
    private readonly short[] _frame;
    private readonly byte[] _packet = new byte[LargestPacket];
    private int _filled;
    private long _samples;

    public OpusEncoder(AudioFormat format)
    {
        _encoder = OpusCodecFactory.CreateEncoder(format.SampleRate, 1, OpusApplication.OPUS_APPLICATION_AUDIO);
        _encoder.Bitrate = format.BitRate;
        _encoder.UseVBR = format.Container is not AudioContainer.None;
        _encoder.SignalType = OpusSignal.OPUS_SIGNAL_VOICE;
        _frame = new short[format.SampleRate * PacketMilliseconds / 1000];
        Skipped = _encoder.Lookahead * (ClockRate / format.SampleRate);
        _container = format.Container switch
        {
            AudioContainer.Ogg => new OggOpus(format.SampleRate, Skipped),
            AudioContainer.WebM => new WebMOpus(format.SampleRate, Skipped),
            _ => new BareOpus(),
        };
    }

    /// <summary>Samples that a decoder gives before the first of ours.</summary>
    private int Skipped { get; }

    protected override ReadOnlyMemory<byte> Encode(ReadOnlySpan<short> samples)
    {
        _samples += samples.Length;
        while (samples.Length > 0)
        {
            var taken = Math.Min(samples.Length, _frame.Length - _filled);
            samples[..taken].CopyTo(_frame.AsSpan(_filled));
            samples = samples[taken..];
            _filled += taken;
            if (_filled == _frame.Length)
            {
                AddFrame();
            }
        }

        return _container.Take();
    }

    protected override ReadOnlyMemory<byte> Finish()
    {
        // Silence pushes the last samples out of the encoder.
        var scale = ClockRate / _encoder.SampleRate;
        for (var left = (_filled * scale) + Skipped; left > 0; left -= _frame.Length * scale)
        {
            _frame.AsSpan(_filled).Clear();
            AddFrame();
        }

        return _container.End((_samples * scale) + Skipped);
    }

    private void AddFrame()
    {
        _container.Add(_packet.AsSpan(0, _encoder.Encode(_frame, _frame.Length, _packet, _packet.Length)));
        _filled = 0;
    }
}

/// <summary>Packets one behind the other, all of the same length.</summary>
internal sealed class BareOpus : IOpusContainer
{
    private readonly ArrayBufferWriter<byte> _ready = new();

    public void Add(ReadOnlySpan<byte> packet) => _ready.Write(packet);

    public ReadOnlyMemory<byte> Take()
    {
        var bytes = _ready.WrittenSpan.ToArray();
        _ready.ResetWrittenCount();
        return bytes;
    }

    public ReadOnlyMemory<byte> End(long samples) => Take();
}
