using System.Buffers.Binary;
using Atrium.Inference.Llama;
using Atrium.Inference.Llama.Gguf;
using Atrium.Testing;
using CsCheck;

namespace Atrium.Inference.Tests.Llama;

public sealed class GgufReaderTests
{
    [Fact]
    public void Header_is_read()
    {
        var metadata = Read(Small());

        Assert.Equal(("llama", "Tiny", 128L, "{{ messages }}", "gpt2", 3L, 1L), (metadata.Architecture, metadata.Name, metadata.ContextLength, metadata.ChatTemplate, metadata.Tokenizer, metadata.VocabularySize, metadata.Tensors));
    }

    [Fact]
    public void File_cut_at_any_byte_of_its_header_is_refused_and_nothing_else_happens()
    {
        var whole = Small();
        var header = whole.Length - 64;
        for (var length = 0; length < header - 32; length++)
        {
            Assert.Throws<ModelFileException>(() => Read(whole[..length]));
        }
    }

    [Fact]
    public void Damaged_file_is_read_or_refused_and_nothing_else_happens() =>
        Gen.Select(Gen.Int[4, Small().Length - 9], Gen.OneOf(Gen.ULong, Gen.ULong[0, 300], Gen.Const(ulong.MaxValue), Gen.Const((ulong)long.MaxValue), Gen.Const(uint.MaxValue + 0UL)))
            .Sample((at, value) =>
            {
                var bytes = Small();
                BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(at), value);
                var before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    Read(bytes);
                }
                catch (ModelFileException)
                {
                    // Refused: as good as read.
                }

                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
            }, iter: 5_000);

    [Theory]
    [InlineData(0, "GGML", "letters GGUF")]
    [InlineData(4, "\u0063", "version 99")]
    [InlineData(16, "\u00FF\u00FF\u00FF", "keys")]
    public void Refusal_says_what_is_wrong(int at, string with, string reason)
    {
        var bytes = Small();
        for (var i = 0; i < with.Length; i++)
        {
            bytes[at + i] = (byte)with[i];
        }

        Assert.Contains(reason, Assert.Throws<ModelFileException>(() => Read(bytes)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Array_that_claims_more_than_the_file_holds_is_refused_by_name()
    {
        var bytes = Small();
        var claim = bytes.AsSpan().IndexOf("tokenizer.ggml.tokens"u8) + "tokenizer.ggml.tokens".Length + 8;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(claim), 1UL << 60);

        Assert.Contains("tokenizer.ggml.tokens", Assert.Throws<ModelFileException>(() => Read(bytes)).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("llama", 1, 3, null)]
    [InlineData("", 1, 3, "general.architecture")]
    [InlineData("clip", 1, 3, "'clip'")]
    [InlineData("llama", 0, 3, "block_count")]
    [InlineData("llama", 513, 3, "block_count")]
    [InlineData("llama", -1, 3, "block_count")]
    [InlineData("llama", 1, 2, "tokenizer.ggml.scores")]
    public void File_that_llama_cpp_could_not_run_is_told_from_its_header(string architecture, int blocks, int scores, string? named)
    {
        var problem = GgufRules.Problem(Read(Small(architecture, blocks, scores)));

        Assert.Equal(named is null, problem is null);
        Assert.Contains(named ?? "", problem ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0, 0, 0, null)]
    [InlineData(8, 2, 0, 0, null)]
    [InlineData(8, 2, 1, 1, null)]
    [InlineData(8, 2, 4, 2, null)]
    [InlineData(8, 0, 0, 0, "expert_used_count")]
    [InlineData(8, 9, 0, 0, "expert_used_count")]
    [InlineData(0, 1, 0, 0, "expert_used_count")]
    [InlineData(513, 1, 0, 0, "expert_count")]
    [InlineData(-1, 1, 0, 0, "expert_count")]
    [InlineData(0, 0, 2, 1, "expert_group_count")]
    [InlineData(8, 2, 3, 1, "expert_group_count")]
    [InlineData(8, 2, 4, 4, "expert_group_count")]
    [InlineData(8, 2, 4, 0, "expert_group_count")]
    public void Experts_that_end_the_process_in_llama_cpp_are_refused(int experts, int used, int groups, int usedGroups, string? named)
    {
        var problem = GgufRules.Problem(Read(Small(more: writer =>
        {
            writer.UInt("llama.expert_count", experts);
            writer.UInt("llama.expert_used_count", used);
            writer.UInt("llama.expert_group_count", groups);
            writer.UInt("llama.expert_group_used_count", usedGroups);
        })));
        Assert.Equal(named is null, problem is null);
        Assert.Contains(named ?? "", problem ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Token_that_is_there_twice_is_refused_and_empty_ones_are_not()
    {
        Assert.Contains("'世界'", GgufRules.Problem(Read(Small(tokens: ["世界", "b", "世界"]))), StringComparison.Ordinal);
        Assert.Contains("'a\0b'", GgufRules.Problem(Read(Small(tokens: ["a", "b", "a\0b"]))), StringComparison.Ordinal);
        Assert.Contains("'[EMPTY_0]'", GgufRules.Problem(Read(Small(tokens: ["", "b", "[EMPTY_0]"]))), StringComparison.Ordinal);
        Assert.Null(GgufRules.Problem(Read(Small(tokens: ["", "b", ""]))));
    }

    [Theory]
    [InlineData("yarn", true)]
    [InlineData("", false)]
    [InlineData("wide", false)]
    public void Scaling_of_positions_that_llama_cpp_does_not_know_is_refused(string scaling, bool isKnown) =>
        Assert.Equal(isKnown, GgufRules.Problem(Read(Small(more: writer => writer.Text("llama.rope.scaling.type", scaling)))) is null);

    [Theory]
    [InlineData(1e-5f, 32, null)]
    [InlineData(-1f, 32, "epsilon")]
    [InlineData(float.NaN, 32, "epsilon")]
    [InlineData(1e-5f, 16, "alignment")]
    [InlineData(1e-5f, 0, "alignment")]
    [InlineData(1e-5f, 96, "alignment")]
    public void Numbers_that_end_the_process_in_llama_cpp_are_refused(float epsilon, int alignment, string? named)
    {
        var problem = GgufRules.Problem(Read(Small(more: writer =>
        {
            writer.Float("llama.attention.layer_norm_rms_epsilon", epsilon);
            writer.UInt("general.alignment", alignment);
        })));
        Assert.Equal(named is null, problem is null);
        Assert.Contains(named ?? "", problem ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void A_vocabulary_of_pieces_must_have_a_token_for_each_byte()
    {
        string[] bytes = [.. Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>")];
        Assert.Null(GgufRules.Problem(Read(Small(tokens: bytes, scores: 256, tokenizer: "llama"))));
        bytes[0x41] = "A";
        Assert.Null(GgufRules.Problem(Read(Small(tokens: bytes, scores: 256, tokenizer: "llama"))));
        bytes[0x41] = "other";
        Assert.Contains("byte 65", GgufRules.Problem(Read(Small(tokens: bytes, scores: 256, tokenizer: "llama"))), StringComparison.Ordinal);
        Assert.Null(GgufRules.Problem(Read(Small(tokens: bytes, scores: 256))));
    }

    [Fact]
    public void Arrays_of_the_vocabulary_with_elements_of_another_type_are_refused()
    {
        Assert.Contains("tokenizer.ggml.token_type", GgufRules.Problem(Read(Small(more: writer => writer.Floats("tokenizer.ggml.token_type", new float[3])))), StringComparison.Ordinal);
        Assert.Contains("tokenizer.ggml.merges", GgufRules.Problem(Read(Small(more: writer => writer.Ints("tokenizer.ggml.merges", [1])))), StringComparison.Ordinal);
    }

    internal static byte[] Small(string architecture = "llama", int blocks = 1, int scores = 3, string[]? tokens = null, string tokenizer = "gpt2", Action<GgufWriter>? more = null)
    {
        var writer = new GgufWriter();
        writer.Text("general.architecture", architecture);
        writer.Text("general.name", "Tiny");
        writer.UInt(architecture + ".context_length", 128);
        writer.UInt(architecture + ".block_count", blocks);
        writer.Text("tokenizer.chat_template", "{{ messages }}");
        writer.Text("tokenizer.ggml.model", tokenizer);
        writer.Texts("tokenizer.ggml.tokens", tokens ?? ["a", "b", "世界"]);
        writer.Floats("tokenizer.ggml.scores", new float[scores]);
        more?.Invoke(writer);
        writer.Tensor("token_embd.weight", [4, 2], new float[8]);
        using var stream = new MemoryStream();
        writer.Save(stream);
        return stream.ToArray();
    }

    private static GgufMetadata Read(byte[] bytes) => GgufReader.Read(new MemoryStream(bytes), "test.gguf");
}
