using System.Buffers.Binary;
using System.Text;
using Atrium.Inference.Llama;
using Atrium.Testing;

namespace Atrium.Inference.Tests.Llama;

/// <summary>
/// Files that were changed go all the way: through our reader into llama.cpp, which ends the process on much that it does not expect. Each is refused or answers;
/// one that slipped through would take this whole test run with it.
/// </summary>
public sealed class HostileModelTests
{
    private static readonly string[] Keys =
    [
        "context_length", "embedding_length", "block_count", "feed_forward_length", "head_count_kv", "head_count", "dimension_count", "vocab_size", "layer_norm_rms_epsilon", "bos_token_id",
        "eos_token_id", "padding_token_id", "general.alignment", "expert_count", "expert_used_count", "key_length", "value_length", "freq_base", "scaling.type", "sliding_window", "ggml.tokens",
        "ggml.scores", "ggml.token_type", "ggml.model", "general.architecture",
    ];

    private static readonly uint[] Numbers = [0, 1, 2, 3, 5, 7, 16, 31, 33, 63, 65, 127, 129, 255, 257, 512, 513, 1023, 1025, 65535, 1 << 20, 1 << 30, int.MaxValue, 0x80000000, uint.MaxValue, 0x7F800000, 0xFFC00000];

    [Fact]
    public async Task Whatever_is_changed_in_a_model_it_answers_or_is_refused()
    {
        var libraries = LlamaLibraries.Folder;
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "m.gguf");
        RandomModel.Write(path, 1, gguf =>
        {
            foreach (var (key, value) in new[] { ("llama.expert_count", 0), ("llama.expert_used_count", 0), ("llama.attention.key_length", 16), ("llama.attention.value_length", 16), ("llama.attention.sliding_window", 0), ("general.alignment", 32), ("tokenizer.ggml.padding_token_id", 0) })
            {
                gguf.UInt(key, value);
            }

            gguf.Float("llama.rope.freq_base", 10000);
            gguf.Text("llama.rope.scaling.type", "none");
        });
        var whole = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        var (answered, refused) = (0, 0);
        for (var seed = 0; seed < 500; seed++)
        {
            await File.WriteAllBytesAsync(path, Changed(whole, new Dice((ulong)seed)), TestContext.Current.CancellationToken);
            try
            {
                await using var model = LlamaChatModel.Open("m", path, new() { LibraryFolder = libraries, Threads = 1, Slots = 2, MaxContextTokens = 256 });
                await foreach (var piece in model.AnswerAsync(new() { Turns = [new("user", "Once upon a time the Grüße went")], MaxTokens = 3, Temperature = 0 }, TestContext.Current.CancellationToken))
                {
                    Assert.InRange(piece.CompletionTokens, 0, 3);
                }

                answered++;
            }
            catch (Exception refusal) when (refusal is ModelFileException or TextTooLongException)
            {
                refused++;
            }
        }

        Assert.True(answered >= 20 && refused >= 20, $"{answered} answered, {refused} were refused.");
    }

    /// <summary>One to three changes: a value of a key, a type, any byte of the header or of the list of tensors, or the end.</summary>
    private static byte[] Changed(byte[] whole, Dice dice)
    {
        var bytes = (byte[])whole.Clone();
        var (tensors, end) = (bytes.AsSpan().IndexOf("token_embd.weight"u8), bytes.AsSpan().LastIndexOf(".weight"u8) + 40);
        for (var change = dice.Next(3); change >= 0; change--)
        {
            var number = Numbers[dice.Next(Numbers.Length)];
            var key = Keys[dice.Next(Keys.Length)];
            var at = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(key)) + key.Length;
            switch (dice.Next(7))
            {
                case <= 2:
                    BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at + 4), number);
                    break;
                case 3:
                    bytes[at + (4 * dice.Next(2))] = (byte)dice.Next(13);
                    break;
                case 4:
                    bytes[dice.Next(end)] = (byte)dice.Next(256);
                    break;
                case 5:
                    BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(tensors + dice.Next(end - tensors)), number);
                    break;
                case 6 when change == 0:
                    return bytes[..(end + dice.Next(bytes.Length - end))];
            }
        }

        return bytes;
    }

    /// <summary>The same throws for the same seed (SplitMix64).</summary>
    private sealed class Dice(ulong seed)
    {
        private ulong _state = seed;

        public int Next(int sides)
        {
            _state += 0x9E3779B97F4A7C15;
            var mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return (int)((mixed ^ (mixed >> 31)) % (ulong)sides);
        }
    }
}
