using System.Collections.Frozen;
using Atrium.Inference.Speaking;

namespace Atrium.Server.Gateway.Speech.Speaking;

/// <summary>Names of the published service's voices, by locale: who writes one of them is served by a voice of ours that is a woman's or a man's like it.</summary>
internal static class KnownVoices
{
    /// <summary>Women's names, a bar, men's names.</summary>
    private static readonly (string Locale, string Names)[] Table =
    [
        ("en-US", "Ava Emma Jenny Aria Jane Sara Nancy Amber Ana Ashley Cora Elizabeth Michelle Monica Luna Amanda Lola Phoebe Serena Evelyn Nova Alloy Shimmer Fable|Andrew Brian Guy Davis Jason Kai Tony Brandon Christopher Eric Jacob Roger Steffan Ryan Adam Christopher Derek Dustin Lewis Samuel Echo Onyx"),
        ("en-GB", "Sonia Libby Abbi Bella Hollie Maisie Olivia Ada|Ryan Alfie Elliot Ethan Noah Oliver Thomas Ollie"),
        ("en-AU", "Natasha Annette Carly Elsie Freya Joanne Kim Tina|William Darren Duncan Ken Neil Tim"),
        ("en-CA", "Clara|Liam"), ("en-IN", "Neerja Aashi Ananya Kavya|Prabhat Aarav Kunal Rehaan Arjun"), ("en-IE", "Emily|Connor"), ("en-NZ", "Molly|Mitchell"), ("en-ZA", "Leah|Luke"),
        ("en-HK", "Yan|Sam"), ("en-SG", "Luna|Wayne"), ("en-KE", "Asilia|Chilemba"), ("en-NG", "Ezinne|Abeo"), ("en-PH", "Rosa|James"), ("en-TZ", "Imani|Elimu"),
        ("de-DE", "Katja Amala Elke Gisela Klarissa Louisa Maja Tanja Seraphina|Conrad Bernd Christoph Kasper Killian Klaus Ralf Florian"), ("de-AT", "Ingrid|Jonas"), ("de-CH", "Leni|Jan"),
        ("fr-FR", "Denise Brigitte Celeste Coralie Eloise Jacqueline Josephine Yvette Vivienne|Henri Alain Claude Jerome Maurice Yves Remy"), ("fr-CA", "Sylvie|Jean Antoine Thierry"),
        ("fr-BE", "Charline|Gerard"), ("fr-CH", "Ariane|Fabrice"),
        ("es-ES", "Elvira Abril Estrella Irene Laia Lia Triana Vera Ximena|Alvaro Arnau Dario Elias Nil Saul Teo"), ("es-MX", "Dalia Beatriz Candela Carlota Larissa Marina Nuria Renata|Jorge Cecilio Gerardo Liberto Luciano Pelayo Yago"),
        ("it-IT", "Elsa Isabella Fabiola Fiamma Imelda Irma Palmira Pierina|Diego Benigno Calimero Cataldo Gianni Giuseppe Lisandro Rinaldo"),
        ("pt-BR", "Francisca Brenda Elza Giovanna Leila Leticia Manuela Thalita Yara|Antonio Donato Fabio Humberto Julio Nicolau Valerio"), ("pt-PT", "Raquel Fernanda|Duarte"),
        ("nl-NL", "Fenna Colette|Maarten"), ("nl-BE", "Dena|Arnaud"), ("pl-PL", "Agnieszka Zofia|Marek"), ("ru-RU", "Svetlana Dariya|Dmitry"), ("uk-UA", "Polina|Ostap"), ("cs-CZ", "Vlasta|Antonin"),
        ("sk-SK", "Viktoria|Lukas"), ("sl-SI", "Petra|Rok"), ("hr-HR", "Gabrijela|Srecko"), ("hu-HU", "Noemi|Tamas"), ("ro-RO", "Alina|Emil"), ("bg-BG", "Kalina|Borislav"), ("el-GR", "Athina|Nestoras"),
        ("tr-TR", "Emel|Ahmet"), ("sv-SE", "Sofie Hillevi|Mattias"), ("da-DK", "Christel|Jeppe"), ("nb-NO", "Pernille Iselin|Finn"), ("fi-FI", "Selma Noora|Harri"), ("et-EE", "Anu|Kert"), ("lv-LV", "Everita|Nils"),
        ("lt-LT", "Ona|Leonas"), ("ca-ES", "Joana Alba|Enric"), ("eu-ES", "Ainhoa|Ander"), ("gl-ES", "Sabela|Roi"), ("cy-GB", "Nia|Aled"), ("ga-IE", "Orla|Colm"), ("is-IS", "Gudrun|Gunnar"),
        ("zh-CN", "Xiaoxiao Xiaoyi Xiaochen Xiaohan Xiaomeng Xiaomo Xiaoqiu Xiaorui Xiaoshuang Xiaoxuan Xiaoyan Xiaoyou Xiaozhen|Yunxi Yunyang Yunjian Yunfeng Yunhao Yunxia Yunye Yunze"), ("zh-TW", "HsiaoChen HsiaoYu|YunJhe"),
        ("zh-HK", "HiuMaan HiuGaai|WanLung"), ("ja-JP", "Nanami Aoi Mayu Shiori|Keita Daichi Naoki"), ("ko-KR", "SunHi JiMin SeoHyeon SoonBok YuJin|InJoon BongJin GookMin Hyunsu"), ("hi-IN", "Swara Ananya|Madhur Aarav"),
        ("bn-IN", "Tanishaa|Bashkar"), ("ta-IN", "Pallavi|Valluvar"), ("te-IN", "Shruti|Mohan"), ("mr-IN", "Aarohi|Manohar"), ("ar-EG", "Salma|Shakir"), ("ar-SA", "Zariyah|Hamed"), ("fa-IR", "Dilara|Farid"), ("he-IL", "Hila|Avri"),
        ("vi-VN", "HoaiMy|NamMinh"), ("id-ID", "Gadis|Ardi"), ("ms-MY", "Yasmin|Osman"), ("sw-KE", "Zuri|Rafiki"), ("af-ZA", "Adri|Willem"), ("sq-AL", "Anila|Ilir"), ("mk-MK", "Marija|Aleksandar"), ("sr-RS", "Sophie|Nicholas"),
    ];

    public static IReadOnlyList<KnownVoice> All { get; } = [.. Table.SelectMany(row => Read(row.Locale, row.Names))];

    private static readonly FrozenDictionary<string, KnownVoice> ByName =
        All.DistinctBy(voice => voice.ShortName, StringComparer.OrdinalIgnoreCase).ToFrozenDictionary(voice => voice.ShortName, StringComparer.OrdinalIgnoreCase);

    /// <summary>By its short name, also of the multilingual and HD forms of a voice; null for none that is known.</summary>
    public static KnownVoice? Find(string name)
    {
        var bare = name;
        foreach (var form in (ReadOnlySpan<string>)[":", "Turbo", "Multilingual", "Neural"])
        {
            bare = bare.IndexOf(form, StringComparison.OrdinalIgnoreCase) is var at and > 0 ? bare[..at] : bare;
        }

        return bare.Length < name.Length ? ByName.GetValueOrDefault(bare + KnownVoice.Suffix) : null;
    }

    private static IEnumerable<KnownVoice> Read(string locale, string names)
    {
        var halves = names.Split('|');
        return halves[0].Split(' ').Select(name => new KnownVoice(locale, name, VoiceGender.Female)).Concat(halves[1].Split(' ').Select(name => new KnownVoice(locale, name, VoiceGender.Male)));
    }
}

/// <summary>A voice of the published service.</summary>
internal sealed record KnownVoice(string Locale, string Name, VoiceGender Gender)
{
    public const string Suffix = "Neural";

    public string ShortName => $"{Locale}-{Name}{Suffix}";
}
