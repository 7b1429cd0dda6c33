namespace Atrium.Bench;

/// <summary>A sentence and the phrase of a list that is said in it.</summary>
internal sealed record PhraseText(string Sentence, string Phrase);

/// <summary>Names and rare words in sentences, in two halves that share neither phrases nor sentences. The first is there to choose constants on, the second to report on.</summary>
internal static class PhraseTexts
{
    private static readonly string[] FirstPhrases =
    [
        "Contoso", "Fabrikam", "Kubernetes", "Grafana", "Metoprolol", "Ljubljana", "Siobhan", "Rehaan", "Jessie", "Terraform", "Podman", "Omeprazole", "Tegucigalpa", "Anaximander", "Wojciech Nowak",
        "Northwind Traders", "Redis", "Keycloak", "Quartz", "Amlodipine", "Reykjavik", "Thibault", "Priyanka", "Ansible", "Marrakesh", "Kowalski", "Hyderabad", "Clopidogrel", "Nginx", "Elasticsearch",
        "Tailspin Toys", "Yekaterinburg", "Gabapentin", "Okonkwo", "Prometheus", "Bratislava", "Lisinopril", "Margarethe", "Cassandra", "Zookeeper",
    ];

    private static readonly string[] SecondPhrases =
    [
        "Adatum", "Litware", "Postgres", "Moonshine", "Warfarin", "Vilnius", "Niamh", "Agnieszka", "Atrium", "Kibana", "Jaeger", "Pantoprazole", "Antananarivo", "Parmenides", "Takahashi",
        "Wingtip Toys", "Memcached", "Envoy", "Rabbit MQ", "Simvastatin", "Szczecin", "Guillaume", "Lakshmi", "Jenkins", "Samarkand", "Fitzgerald", "Coimbatore", "Atorvastatin", "Traefik", "Hadoop",
        "Proseware", "Vladivostok", "Pregabalin", "Adebayo", "Istio", "Thessaloniki", "Ramipril", "Konstantin", "Airflow", "Valkyrie",
    ];

    private static readonly string[] FirstCarriers =
    [
        "We will talk to {0} about the new contract tomorrow.", "Yesterday I read a long report about {0} in the paper.", "Please send the invoice to {0} before Friday.", "He said that {0} is the best choice for us.",
        "The meeting with {0} was moved to next week.", "I have never heard of {0} before.",
    ];

    private static readonly string[] SecondCarriers =
    [
        "Could you ask {0} whether the order has arrived?", "Everybody in the office knows {0} by now.", "My sister wrote a letter about {0} last year.", "In the end we decided to use {0} for the project.",
        "They told me that {0} would be ready in the morning.", "Tell me more about {0}, please.",
    ];

    private static readonly string[] GivenNames = "Alaric Beatrix Caspian Delphine Eberhard Fioralba Gudrun Hortensia Ignatius Jocasta Kasimir Leocadia Mordecai Nerissa Octavian Philippa Quirinus Rosamund Sigismund Theodora".Split(' ');

    private static readonly string[] FamilyNames = "Abernathy Bickerstaff Cholmondeley Drinkwater Entwistle Featherstone Greenhalgh Higginbotham Inglethorpe Jellicoe Kirkpatrick Lethbridge Mainwaring Nethersole Oglethorpe Pemberton Quackenbush Ramsbottom Satterthwaite Throckmorton Underhill Vanstone Wolstenholme Yarborough Zimmermann".Split(' ');

    public static IReadOnlyList<PhraseText> First { get; } = Sentences(FirstPhrases, FirstCarriers);

    public static IReadOnlyList<PhraseText> Second { get; } = Sentences(SecondPhrases, SecondCarriers);

    /// <summary>Of whom nobody speaks: families, given names, which are shorter and so easier to hear by mistake, and people by both.</summary>
    public static IReadOnlyList<string> Others(int count) =>
        [.. FamilyNames.Concat(GivenNames).Concat(from i in Enumerable.Range(0, GivenNames.Length * FamilyNames.Length) select $"{GivenNames[i % GivenNames.Length]} {FamilyNames[(i + (i / 100)) % FamilyNames.Length]}").Take(count)];

    private static List<PhraseText> Sentences(string[] phrases, string[] carriers) => [.. phrases.Select((phrase, i) => new PhraseText(string.Format(null, carriers[i % carriers.Length], phrase), phrase))];
}
