using System.Text;

namespace Atrium.Testing;

/// <summary>
/// A tiny Llama model of random weights, and LoRA adapters for it, written out as GGUF by the tests themselves. It says nothing, but always the same to the same prompt,
/// and with weights this large its choices are far apart.
/// </summary>
internal static class RandomModel
{
    public const int Context = 1024;
    private const int Dim = 64;
    private const int Hidden = 128;
    private const int Layers = 2;
    private const int Heads = 4;
    private const int KeyHeads = 2;
    private const int Spoken = 259;

    private static readonly string[] Words =
    [
        "▁", .. "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,!?'-\n".Select(letter => letter.ToString()),
        .. "th he in er an re on at en nd ing ▁a ▁t ▁th ▁the ▁and ▁to ▁of ▁in ▁is ▁it ▁was ▁he ▁she ▁we ▁you ▁dog ▁cat ▁sun ▁sea ▁red ▁blue ▁big ▁small ▁said ▁went".Split(' '),
    ];

    /// <summary>Writes a model.</summary>
    public static string Write(string path, ulong seed = 1, Action<GgufWriter>? more = null)
    {
        var random = new Noise(seed);
        var words = Spoken + Words.Length;
        var gguf = new GgufWriter();
        gguf.Text("general.architecture", "llama");
        gguf.Text("general.name", "Random");
        gguf.UInt("llama.context_length", Context);
        gguf.UInt("llama.embedding_length", Dim);
        gguf.UInt("llama.block_count", Layers);
        gguf.UInt("llama.feed_forward_length", Hidden);
        gguf.UInt("llama.attention.head_count", Heads);
        gguf.UInt("llama.attention.head_count_kv", KeyHeads);
        gguf.UInt("llama.rope.dimension_count", Dim / Heads);
        gguf.UInt("llama.vocab_size", words);
        gguf.Float("llama.attention.layer_norm_rms_epsilon", 1e-5f);
        AddVocabulary(gguf, words);
        gguf.Tensor("token_embd.weight", [Dim, words], random.Take(Dim * words, 1));
        for (var layer = 0; layer < Layers; layer++)
        {
            void Matrix(string name, int width, int height) => gguf.Tensor($"blk.{layer}.{name}.weight", [width, height], random.Take(width * height, 1.5f / MathF.Sqrt(width)));
            void Norm(string name) => gguf.Tensor($"blk.{layer}.{name}.weight", [Dim], [.. Enumerable.Repeat(1f, Dim)]);
            Norm("attn_norm");
            Matrix("attn_q", Dim, Dim);
            Matrix("attn_k", Dim, Dim / Heads * KeyHeads);
            Matrix("attn_v", Dim, Dim / Heads * KeyHeads);
            Matrix("attn_output", Dim, Dim);
            Norm("ffn_norm");
            Matrix("ffn_gate", Dim, Hidden);
            Matrix("ffn_down", Hidden, Dim);
            Matrix("ffn_up", Dim, Hidden);
        }

        gguf.Tensor("output_norm.weight", [Dim], [.. Enumerable.Repeat(1f, Dim)]);

        // The rows of control tokens and single bytes are zero: the model never ends and writes letters.
        gguf.Tensor("output.weight", [Dim, words], [.. new float[Dim * Spoken], .. random.Take(Dim * Words.Length, 0.7f)]);
        more?.Invoke(gguf);
        gguf.Save(path);
        return path;
    }

    /// <summary>Writes a LoRA adapter of the queries and outputs of each layer.</summary>
    public static string WriteAdapter(string path, ulong seed, string architecture = "llama", int width = Dim)
    {
        const int Rank = 4;
        var random = new Noise(seed);
        var gguf = new GgufWriter();
        gguf.Text("general.type", "adapter");
        gguf.Text("general.architecture", architecture);
        gguf.Text("adapter.type", "lora");
        gguf.Float("adapter.lora.alpha", Rank);
        for (var layer = 0; layer < Layers; layer++)
        {
            foreach (var name in new[] { "attn_q", "attn_output" })
            {
                gguf.Tensor($"blk.{layer}.{name}.weight.lora_a", [width, Rank], random.Take(width * Rank, 0.4f));
                gguf.Tensor($"blk.{layer}.{name}.weight.lora_b", [Rank, width], random.Take(Rank * width, 0.4f));
            }
        }

        gguf.Save(path);
        return path;
    }

    private static void AddVocabulary(GgufWriter gguf, int words)
    {
        string[] texts = ["<unk>", "<s>", "</s>", .. Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>"), .. Words];
        gguf.Text("tokenizer.ggml.model", "llama");
        gguf.Texts("tokenizer.ggml.tokens", texts);
        gguf.Floats("tokenizer.ggml.scores", [.. Enumerable.Range(0, words).Select(i => i < Spoken ? 0f : Encoding.UTF8.GetByteCount(texts[i]) - 100f)]);
        gguf.Ints("tokenizer.ggml.token_type", [.. Enumerable.Range(0, words).Select(i => i switch { 0 => 2, 1 or 2 => 3, < Spoken => 6, _ => 1 })]);
        gguf.UInt("tokenizer.ggml.bos_token_id", 1);
        gguf.UInt("tokenizer.ggml.eos_token_id", 2);
    }

    /// <summary>Normally distributed numbers, the same for the same seed (SplitMix64, sums of twelve).</summary>
    private sealed class Noise(ulong seed)
    {
        private ulong _state = seed;

        public float[] Take(int count, float deviation) => [.. Enumerable.Range(0, count).Select(_ => (Enumerable.Range(0, 12).Sum(_ => NextUnit()) - 6) * deviation)];

        private float NextUnit()
        {
            _state += 0x9E3779B97F4A7C15;
            var mixed = _state;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return (float)(((mixed ^ (mixed >> 31)) >> 11) * (1.0 / (1UL << 53)));
        }
    }
}
