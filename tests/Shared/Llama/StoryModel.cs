using System.Text;

namespace Atrium.Testing;

/// <summary>
/// The tiny TinyStories model that lies beside the repository (shared/models), written out as GGUF: F32, Llama architecture,
/// its own 512-token vocabulary, no chat template.
/// </summary>
internal static class StoryModel
{
    private static readonly Lazy<string> Written = new(Write);

    /// <summary>The path of the GGUF file. Skips the test where the model is not at hand.</summary>
    public static string Path
    {
        get
        {
            Assert.SkipWhen(Folder() is null, "The folder shared/models with the story model is not beside the repository.");
            return Written.Value;
        }
    }

    /// <summary>Writes the model with other metadata than usual, perhaps with another text for one of its tokens.</summary>
    public static string WriteTo(string path, Action<GgufWriter> more, (int Token, string Text)? renamed = null)
    {
        Assert.SkipWhen(Folder() is null, "The folder shared/models with the story model is not beside the repository.");
        var writer = Compose(renamed);
        more(writer);
        writer.Save(path);
        return path;
    }

    private static string Write()
    {
        var path = System.IO.Path.Combine(AppContext.BaseDirectory, "stories260k.gguf");
        Compose(null).Save(path);
        return path;
    }

    private static GgufWriter Compose((int Token, string Text)? renamed)
    {
        var folder = Folder()!;
        using var model = new BinaryReader(File.OpenRead(System.IO.Path.Combine(folder, "stories260K.bin")));
        int dim = model.ReadInt32(), hidden = model.ReadInt32(), layers = model.ReadInt32(), heads = model.ReadInt32();
        int keyHeads = model.ReadInt32(), words = model.ReadInt32(), context = model.ReadInt32();
        var keyDim = dim / heads * keyHeads;

        var gguf = new GgufWriter();
        gguf.Text("general.architecture", "llama");
        gguf.Text("general.name", "Stories 260K");
        gguf.UInt("llama.context_length", context);
        gguf.UInt("llama.embedding_length", dim);
        gguf.UInt("llama.block_count", layers);
        gguf.UInt("llama.feed_forward_length", hidden);
        gguf.UInt("llama.attention.head_count", heads);
        gguf.UInt("llama.attention.head_count_kv", keyHeads);
        gguf.UInt("llama.rope.dimension_count", dim / heads);
        gguf.UInt("llama.vocab_size", words);
        gguf.Float("llama.attention.layer_norm_rms_epsilon", 1e-5f);
        AddVocabulary(gguf, System.IO.Path.Combine(folder, "tok512.bin"), words, renamed);

        float[] Read(int count) => [.. Enumerable.Range(0, count).Select(_ => model.ReadSingle())];
        void Layers(string name, int width, int height = 1)
        {
            for (var layer = 0; layer < layers; layer++)
            {
                gguf.Tensor($"blk.{layer}.{name}.weight", height == 1 ? [width] : [width, height], Read(width * height));
            }
        }

        gguf.Tensor("token_embd.weight", [dim, words], Read(dim * words));
        Layers("attn_norm", dim);
        Layers("attn_q", dim, dim);
        Layers("attn_k", dim, keyDim);
        Layers("attn_v", dim, keyDim);
        Layers("attn_output", dim, dim);
        Layers("ffn_norm", dim);
        Layers("ffn_gate", dim, hidden);
        Layers("ffn_down", hidden, dim);
        Layers("ffn_up", dim, hidden);
        gguf.Tensor("output_norm.weight", [dim], Read(dim));
        return gguf;
    }

    private static void AddVocabulary(GgufWriter gguf, string path, int words, (int Token, string Text)? renamed)
    {
        using var file = new BinaryReader(File.OpenRead(path));
        file.ReadInt32();
        var texts = new string[words];
        var scores = new float[words];
        var types = new int[words];
        for (var i = 0; i < words; i++)
        {
            scores[i] = file.ReadSingle();
            var text = Encoding.UTF8.GetString(file.ReadBytes(file.ReadInt32()));
            texts[i] = text.Replace(' ', '▁');
            types[i] = i switch { 0 => 2, 1 or 2 => 3, < 259 => 6, _ => 1 };
        }

        (texts[1], texts[2]) = ("<s>", "</s>");
        if (renamed is { } other)
        {
            texts[other.Token] = other.Text;
        }

        gguf.Text("tokenizer.ggml.model", "llama");
        gguf.Texts("tokenizer.ggml.tokens", texts);
        gguf.Floats("tokenizer.ggml.scores", scores);
        gguf.Ints("tokenizer.ggml.token_type", types);
        gguf.UInt("tokenizer.ggml.bos_token_id", 1);
        gguf.UInt("tokenizer.ggml.eos_token_id", 2);
    }

    private static string? Folder()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            // Beside the repository; a worktree may lie one folder deeper.
            var folder = System.IO.Path.Combine(at.FullName, "shared", "models");
            if (File.Exists(System.IO.Path.Combine(folder, "stories260K.bin")))
            {
                return folder;
            }
        }

        return null;
    }
}
